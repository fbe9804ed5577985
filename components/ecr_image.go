package components

import "regexp"

// ECRImage is an image in a private registry of Amazon ECR, as its name tells.
type ECRImage struct {
	// Account and Region are the registry's.
	Account, Region string
	// Repository is the repository's name, without the tag and the digest.
	Repository string
}

// ecrImage matches the hosts of a private registry: those of IPv4, of dual stack
// (dkr-ecr) and of FIPS, in every partition. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html.
var ecrImage = regexp.MustCompile(
	`^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)/([^:@]+)`)

// ParseECRImage reads an image's name, such as
// 111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1.0. It returns false for an image
// of any other registry, Amazon's public ones included.
func ParseECRImage(image string) (ECRImage, bool) {
	parts := ecrImage.FindStringSubmatch(image)
	if parts == nil {
		return ECRImage{}, false
	}
	return ECRImage{Account: parts[1], Region: parts[2], Repository: parts[3]}, true
}

// repositoryArn returns the ARN of the image's repository.
func (i ECRImage) repositoryArn(partition string) string {
	return "arn:" + partition + ":ecr:" + i.Region + ":" + i.Account + ":repository/" + i.Repository
}

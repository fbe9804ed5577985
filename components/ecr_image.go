package components

import "regexp"

// ecrImage is an image in a private registry of Amazon ECR, as its name tells.
type ecrImage struct {
	// account and region are the registry's.
	account, region string
	// repository is the repository's name, without the tag and the digest.
	repository string
}

// ecrImageName matches the hosts of a private registry: those of IPv4, of dual stack
// (dkr-ecr) and of FIPS, in every partition. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html.
var ecrImageName = regexp.MustCompile(
	`^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)/([^:@]+)`)

// parseECRImage reads an image's name, such as
// 111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1.0. It returns false for an image
// of any other registry, Amazon's public ones included.
func parseECRImage(image string) (ecrImage, bool) {
	parts := ecrImageName.FindStringSubmatch(image)
	if parts == nil {
		return ecrImage{}, false
	}
	return ecrImage{account: parts[1], region: parts[2], repository: parts[3]}, true
}

// repositoryArn returns the ARN of the image's repository.
func (i ecrImage) repositoryArn(partition string) string {
	return "arn:" + partition + ":ecr:" + i.region + ":" + i.account + ":repository/" + i.repository
}

// isECRImage says whether an image is in a private registry of Amazon ECR.
func isECRImage(image string) bool { return ecrImageName.MatchString(image) }

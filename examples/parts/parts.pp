# Every component with the inputs that it needs, in Pulumi's own language. The examples in docs/components in all languages
# but Go, which parts.go is for, are made of this: go generate ./plugin.

resource provider "fargate-privatelink:index:ServiceProvider" {
  service = {
    image = "nginx:alpine"
  }
  tenants = {
    acme = {
      accounts = ["222222222222"]
    }
  }
}

resource network "fargate-privatelink:index:Network" {
  vpcEndpoints = ["s3"]
}

resource logs "fargate-privatelink:index:AccessLogBucket" {
  retentionDays = 30
}

resource certificate "fargate-privatelink:index:Certificate" {
  domainName   = "api.example.com"
  hostedZoneId = "Z0123456789ABCDEFGHIJ"
}

resource loadBalancer "fargate-privatelink:index:NetworkLoadBalancer" {
  vpcId     = network.vpcId
  subnetIds = network.subnetIds
}

resource targetGroup "fargate-privatelink:index:IPTargetGroup" {
  vpcId           = network.vpcId
  loadBalancerArn = loadBalancer.arn
  port            = 80
}

resource service "fargate-privatelink:index:FargateService" {
  image     = "nginx:alpine"
  vpcId     = network.vpcId
  subnetIds = network.taskSubnetIds
  loadBalancers = [{
    securityGroupId = loadBalancer.securityGroupId
  }]
  targets = [{
    targetGroupArn = targetGroup.arn
  }]
}

resource cache "fargate-privatelink:index:PullThroughCache" {
  registry = "public.ecr.aws"
}

resource deploymentAlarms "fargate-privatelink:index:DeploymentAlarms" {
  loadBalancerArn = loadBalancer.arn
  targetGroupArns = {
    web = targetGroup.arn
  }
}

resource endpointService "fargate-privatelink:index:EndpointService" {
  networkLoadBalancerArns = [loadBalancer.arn]
  allowedPrincipals = {
    acme = "arn:aws:iam::222222222222:root"
  }
}

resource notifications "fargate-privatelink:index:Notifications" {
  serviceId  = endpointService.serviceId
  serviceArn = endpointService.arn
  emails     = ["operators@example.com"]
}

resource operations "fargate-privatelink:index:Operations" {
  endpointServiceId = endpointService.serviceId
  loadBalancerArn   = loadBalancer.arn
  clusterName       = service.clusterName
  serviceName       = service.serviceName
  targetGroupArns = {
    web = targetGroup.arn
  }
}

resource guard "fargate-privatelink:index:ConnectionGuard" {
  region    = "us-east-1"
  serviceId = endpointService.serviceId
  options {
    dependsOn = [endpointService]
  }
}

# The contract is what "pulumi stack output contract --json" prints in the provider's project.
resource consumer "fargate-privatelink:index:ServiceConsumer" {
  contract = {
    version             = 1
    serviceName         = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
    serviceId           = "vpce-svc-0123456789abcdef0"
    region              = "us-east-1"
    availabilityZoneIds = ["use1-az1", "use1-az2"]
    ports = [{
      port     = 80
      protocol = "tcp"
    }]
  }
}

resource vpc "fargate-privatelink:index:Network" {
  vpcEndpoints = ["s3"]
}

resource endpoint "fargate-privatelink:index:InterfaceEndpoint" {
  vpcId       = vpc.vpcId
  subnetIds   = vpc.subnetIds
  serviceName = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
  ports = [{
    port = 80
  }]
  clients = {
    cidrBlocks = ["10.0.0.0/16"]
  }
}

resource alias "fargate-privatelink:index:EndpointAlias" {
  vpcId           = vpc.vpcId
  dnsName         = endpoint.dnsName
  dnsHostedZoneId = endpoint.hostedZoneId
  zoneName        = "internal.example.com"
  recordName      = "web.internal.example.com"
}

resource alarms "fargate-privatelink:index:EndpointAlarms" {
  vpcId       = vpc.vpcId
  endpointId  = endpoint.endpointId
  serviceName = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
}

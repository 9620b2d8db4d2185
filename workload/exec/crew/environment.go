package crew

import (
	"slices"
	"strconv"
	"strings"

	"contend/workload/scenario"
)

// userAgent marks the requests in logs.
const userAgent = "contend-w3"

// private are the variables that a program gets only if its requests are for AWS: they lead
// to the user's keys.
var private = [...]string{
	"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
	"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
	"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_CREDENTIAL_EXPIRATION", "AWS_CREDENTIAL_FILE",
}

// environment is that of a process whose requests go to an endpoint.
func (c *Crew) environment(process int, endpoint string) []string {
	set := map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB":           endpoint,
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
		"AWS_SDK_UA_APP_ID":                   userAgent,
		"CONTEND_TABLE":                       c.Table,
	}
	if region := c.Way.Region; region != "" {
		set["AWS_REGION"], set["AWS_DEFAULT_REGION"] = region, region
	}
	if c.Scenario.Target != scenario.TargetAWS {
		set["AWS_ACCESS_KEY_ID"], set["AWS_SECRET_ACCESS_KEY"] = "contend"+strconv.Itoa(process), "contend"
		set["AWS_CONFIG_FILE"], set["AWS_SHARED_CREDENTIALS_FILE"] = nowhere, nowhere
		set["AWS_EC2_METADATA_DISABLED"] = "true"
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} { // the proxy is on this machine
		set[name] = "127.0.0.1"
	}
	var all []string
	for _, variable := range c.Environment {
		name, value, _ := strings.Cut(variable, "=")
		switch own, isSet := set[name]; {
		case isSet && strings.EqualFold(name, "NO_PROXY") && value != "":
			set[name] = value + "," + own
		case isSet, c.Scenario.Target != scenario.TargetAWS && slices.Contains(private[:], name):
		default:
			all = append(all, variable)
		}
	}
	for name, value := range set {
		all = append(all, name+"="+value)
	}
	return all
}

// nowhere is the path of a file that does not exist.
const nowhere = "/dev/null/none"

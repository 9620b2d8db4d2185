package report

// What the external tests of the package see of it.
const Lower = lower

var Groups = groups
var LatencyNames = latencyNames
var PolicyNames = policyNames
var Judge = judge
var Policy = policies
var ServerErrorRate = serverErrorRate
var StallDoubts = stallDoubts
var ThrottleRate = throttleRate
var TooFewForLimits = tooFewForLimits
var TooShort = tooShort

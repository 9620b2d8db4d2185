package compare

// What the external tests of the package see of it.
const DoubtBound = doubtBound
const DoubtBrief = doubtBrief
const DoubtDrift = doubtDrift
const DoubtTail99 = doubtTail99
const DoubtTails = doubtTails

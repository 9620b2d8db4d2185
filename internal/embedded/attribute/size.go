package attribute

// Size returns the number of bytes that an item counts for capacity and for the 400 KB
// limit (Developer Guide, "DynamoDB item sizes and formats").
func Size(item Item) int {
	size := 0
	for name, value := range item {
		size += len(name) + value.size()
	}
	return size
}

const (
	containerOverhead = 3 // of a list or map, full or empty
	elementOverhead   = 1 // of each element of a list or map
)

func (v Value) size() int {
	switch v.Kind {
	case Number:
		return v.Num.size()
	case Bool, Null:
		return 1
	case StringSet, NumberSet, BinarySet:
		return v.Set().size()
	case List:
		return containerOverhead + elementOverhead*len(v.Elements()) + sizes(v.Elements())
	case Map:
		return containerOverhead + elementOverhead*len(v.Fields()) + Size(v.Fields())
	}
	return len(v.Text)
}

// size returns the size of the elements, which the set keeps because a large set is
// measured at each of its changes.
func (s *Set) size() int {
	if s == nil {
		return 0
	}
	return s.bytes
}

func sizes(values []Value) int {
	size := 0
	for _, v := range values {
		size += v.size()
	}
	return size
}

// size counts one byte for two significant decimal digits, in pairs from the decimal
// point, one byte more, and another one for a minus sign. So 1200 is a byte shorter
// than 120.
func (d Decimal) size() int {
	count, exponent := d.significant()
	if exponent%2 != 0 {
		count++
	}
	size := (count+1)/2 + 1
	if d.negative() {
		size++
	}
	return size
}

func (d Decimal) negative() bool {
	return d.small < 0 || d.exact != nil && d.exact.negative
}

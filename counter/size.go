package counter

import (
	"math"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Sizes in bytes (Developer Guide, "DynamoDB item sizes and formats" and "Read
// and write operations").
const (
	writeUnitBytes = 1 << 10 // one write unit for each KB, or part of one
	maxItemBytes   = 400 << 10
)

// writeUnitsOf returns the write units for writing an item of that size. DynamoDB
// charges for the larger of the item before and after the write.
func writeUnitsOf(bytes int) float64 {
	return max(1, math.Ceil(float64(bytes)/writeUnitBytes))
}

// bytesOf returns the size of an item as the store counts it. Of attributes whose
// types no design of this package writes, only the names are counted.
func bytesOf(i item) int {
	size := 0
	for name, value := range i {
		size += len(name) + valueBytes(value)
	}
	return size
}

func valueBytes(value types.AttributeValue) int {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberBytes(v.Value)
	case *types.AttributeValueMemberSS:
		return totalBytes(v.Value)
	case *types.AttributeValueMemberL:
		size := 3 // of any list
		for _, element := range v.Value {
			size += 1 + valueBytes(element)
		}
		return size
	}
	return 0
}

func totalBytes(texts []string) int {
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	return size
}

// numberBytes returns the size of a number: one byte for each pair of significant
// digits, paired from the decimal point, plus one, plus one for a minus sign.
func numberBytes(text string) int {
	digits, exponent, negative, err := splitNumber(text)
	if err != nil {
		return 0
	}
	digits, exponent = trimZeros(digits, exponent)
	count := len(digits)
	if exponent%2 != 0 {
		count++
	}
	size := (count+1)/2 + 1
	if negative {
		size++
	}
	return size
}

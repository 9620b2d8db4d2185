package counter

import "time"

// timeFormat is ISO 8601 in UTC with a fixed width, so that stored times sort
// as text.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// appendTimestamp is time's AppendFormat for timeFormat. Every write has a time, and package
// time takes several times as long.
func appendTimestamp(text []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.AppendFormat(text, timeFormat)
	}
	hour, minute, second := t.Clock()
	text = appendDigits(text, year, 4)
	text = appendDigits(append(text, '-'), int(month), 2)
	text = appendDigits(append(text, '-'), day, 2)
	text = appendDigits(append(text, 'T'), hour, 2)
	text = appendDigits(append(text, ':'), minute, 2)
	text = appendDigits(append(text, ':'), second, 2)
	text = appendDigits(append(text, '.'), t.Nanosecond()/1000, 6)
	return append(text, 'Z')
}

// appendDigits appends the last digits of a number that is not negative.
func appendDigits(text []byte, n, digits int) []byte {
	end := len(text) + digits
	for range digits {
		text = append(text, '0')
	}
	for i := end - 1; n > 0 && i >= end-digits; i-- {
		text[i] = byte('0' + n%10)
		n /= 10
	}
	return text
}

// parseTime reads the ISO 8601 forms that this package and boto's Counter
// (no zone, meant as UTC) write. Anything else is the zero time.
func parseTime(text string) time.Time {
	if t, ok := parseTimestamp(text); ok {
		return t
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// parseTimestamp reads timeFormat, as appendTimestamp writes it; ok is false for any other
// text, also for one with a day that there is not.
func parseTimestamp(text string) (t time.Time, ok bool) {
	if len(text) != len(timeFormat) {
		return time.Time{}, false
	}
	var numbers [7]int // year, month, day, hour, minute, second, microseconds
	part := 0
	for i := range len(timeFormat) {
		digit := text[i] - '0'
		switch {
		case timeFormat[i] >= '0' && timeFormat[i] <= '9' && digit <= 9:
			numbers[part] = 10*numbers[part] + int(digit)
		case text[i] == timeFormat[i] && (timeFormat[i] < '0' || timeFormat[i] > '9'):
			part++
		default:
			return time.Time{}, false
		}
	}
	t = time.Date(numbers[0], time.Month(numbers[1]), numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]*1000, time.UTC)
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	same := year == numbers[0] && int(month) == numbers[1] && day == numbers[2] && hour == numbers[3] && minute == numbers[4] && second == numbers[5]
	return t, same
}

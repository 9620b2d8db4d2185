package attribute

// ValidationError says that DynamoDB refuses a value. Message is DynamoDB's own.
type ValidationError struct{ Message string }

func (e *ValidationError) Error() string { return e.Message }

func invalid(message string) error { return &ValidationError{message} }

// SerializationError says that JSON is not the wire form of a value.
type SerializationError struct{ Message string }

func (e *SerializationError) Error() string { return e.Message }

func malformed(message string) error { return &SerializationError{message} }

package attribute

// ValidationError is a value that DynamoDB refuses, with its message.
type ValidationError struct{ Message string }

func (e *ValidationError) Error() string { return e.Message }

func invalid(message string) error { return &ValidationError{message} }

// SerializationError is JSON that is not the wire form of a value.
type SerializationError struct{ Message string }

func (e *SerializationError) Error() string { return e.Message }

func malformed(message string) error { return &SerializationError{message} }

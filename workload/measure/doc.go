// Package measure records what a load does and adds it up. Each worker has a recorder
// of the [Recording]; its [Recording.Collect] makes the [Result], and [Result.Verify]
// checks that nothing vanished on the way. [Live] shows a load while it lasts.
package measure

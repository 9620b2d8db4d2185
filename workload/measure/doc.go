// Package measure records what a load does and adds it up. Each worker has a [Recorder], taken
// from the run's [Recording]. [Recording.Collect] adds them up to a [Result], and
// [Result.Verify] checks that no operation is missing from it. [Live] shows a run in progress.
package measure

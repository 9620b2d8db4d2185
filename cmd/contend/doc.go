// Contend puts many workers on a few DynamoDB counters on purpose, and says
// whether the count is right, how fast and how costly it was, and what the
// retries were worth.
//
// This comment is the map of the code for newcomers. Every package has a comment of
// its own; README.md says how to use the program.
//
// # The way of a scenario
//
// It goes down to the load once, and comes back up as a report once:
//
//   - cmd/contend/run.go: run reads the flags.
//   - cmd/contend/resolve.go: loadPlan finds the file.
//   - workload/plan/decode.go: Decode makes a plan of it, one variant for each
//     combination of its matrix.
//   - workload/scenario/decode.go: DecodeTree reads and validates each variant.
//   - workload/plan/plan.go: Runs puts the runs in an order.
//   - cmd/contend/run.go: single says how a run is carried out; campaign.go does so
//     for many.
//   - workload/trial/run.go: Run carries it out.
//   - workload/store/store.go: Open opens the store, with its clients.
//   - workload/trial/table.go: createTable makes the table.
//   - workload/fleet/fleet.go: Run puts the load on it.
//   - workload/measure/merge.go: Collect adds up what the workers recorded.
//   - workload/trial/judge.go: judge gives the verdict.
//   - workload/check/examine.go: Examine reads the history for that.
//   - report/folder/run.go: Keep is told the outcome.
//   - report/new.go: New makes the report of it.
//   - report/folder/save.go: Save writes report.json and the other files.
//
// Others can look at the load while it goes on:
//
//   - workload/measure/live.go: Operation and Attempt count what the workers do, and Snapshot sums it.
//   - workload/fleet/endearly.go: judgeLimits ends the load by a threshold.
//   - workload/fleet/costlimit.go: judgeCost ends it by --max-cost.
//   - report/sofar.go: NewSoFar predicts by the law of contention from that.
//   - report/text/screen.go: Show draws it on a terminal.
//   - report/scrape/server.go: Collect serves it to Prometheus.
//
// Several machines each make a part of a run, which become one:
//
//   - workload/rendezvous/join.go: Enter takes a place, and Gather meets the other machines.
//   - workload/measure/encode.go: Encode writes what one of them measured.
//   - report/folder/merge.go: Merge finds what all of them left.
//   - workload/measure/join.go: Join adds it up.
//   - workload/check/examinefiles.go: ExamineFiles judges their histories as one.
//
// An exploration makes many such runs:
//
//   - cmd/contend/explore.go: explore reads the flags.
//   - workload/plan/space.go: Draw draws the scenario of a seed.
//   - workload/explore/explore.go: Run tries the seeds, each by workload/trial/run.go.
//   - workload/explore/shrink.go: shrink makes the first failure small, by the changes of
//     workload/explore/smaller.go.
//   - workload/explore/story.go: Tell tells its history.
//   - report/text/exploration.go: Exploration prints what was found.
//
// Advice on a policy and a design is made of such runs too:
//
//   - cmd/contend/advise.go: advise reads the flags.
//   - report/advise/candidate.go: candidates lists what to try.
//   - report/advise/simulate.go: simulate runs each, by workload/trial/run.go.
//   - report/advise/rank.go: rank puts them in an order, and recommend chooses.
//   - report/text/advice.go: Advice prints it.
//
// A search for the highest load is made of such runs as well:
//
//   - cmd/contend/capacity.go: capacity reads the flags.
//   - report/capacity/search.go: Search makes the trials, each by workload/trial/run.go.
//   - report/capacity/bracket/search.go: Next chooses the load of the next one.
//   - report/capacity/trial.go: newTrial judges it by the goals of goal.go.
//   - report/capacity/conclude.go: conclude says what all trials show.
//   - report/folder/capacity.go: SaveCapacity writes capacity.json and the page.
//   - report/text/capacity.go: Capacity prints it.
//
// A plan of growth is made of a few hundred changes:
//
//   - cmd/contend/growth.go: growth reads the flags.
//   - report/growth/specimen.go: Measure keeps a counter and takes its sizes.
//   - report/growth/design.go: plan continues them over the horizon.
//   - report/text/growth.go: Growth prints it.
//
// A proxy records what the requests of an unchanged program do, and judges that:
//
//   - cmd/contend/proxy.go: proxy opens the way to the store.
//   - workload/proxy/watching/watching.go: Run listens until Ctrl-C.
//   - workload/proxy/serve.go: serve carries out one request, through the faults.
//   - workload/proxy/observe/ask.go: Ask reads the request, and observe/answer.go,
//     Observe, its answer: they say what it did to a watched number.
//   - workload/proxy/record/recorder.go: Note makes operations of requests.
//   - workload/proxy/record/finish.go: Finish writes the history, which
//     workload/check judges.
//
// # The way of an attempt
//
//   - workload/fleet/next.go: next says when the worker's next operation is due.
//   - workload/fleet/worker.go: operate begins the operation.
//   - workload/fleet/attempt.go: attempt makes one try, and send calls the design.
//   - counter/atomicadd.go: Add, or that of another design, sends the request.
//   - counter/meter.go: Do meters it.
//   - workload/fault/transport.go: RoundTrip may lose, delay or repeat it.
//   - workload/fleet/evidence.go: evidence keeps what the answer told.
//   - workload/measure/recorder.go: Attempt counts and times it.
//   - workload/retry/policy.go: Decide says whether another attempt follows, and when.
//   - workload/measure/recorder.go: Operation counts the operation when it is over.
//   - workload/history/writer.go: Record writes it to the history.
//
// # Where to add something
//
// Failing tests name what else a new word needs: its costs, its row in a README, its
// place in the scenarios that compare all.
//
//   - a retry policy: workload/retry/kind.go, Kinds and wait
//   - a design of a counter: a file in counter/, and counter/design.go, designs; its
//     costs are in workload/estimate/units.go if a write takes more than one unit
//   - a check: a file in workload/check/, and workload/check/findings.go, findings; its
//     name for thresholds is in workload/threshold/metric.go, Metrics
//   - a metric: workload/threshold/metric.go, Metrics, and report/metric.go, Metrics
//   - a chart: a file in report/page/, and report/page/run.go or
//     report/page/comparison.go, where the page lists it; of a metric against the load
//     only its name, in report/page/curves.go, curves
//   - an assumption of the law of contention: report/failedassumption.go, failedAssumptions
//   - a curve of throughput against workers: internal/scaling/scaling.go, Model and terms
//   - a command: a file in cmd/contend/, and cmd/contend/app.go, app
//   - a field of scenarios: workload/scenario/scenario.go or, for the load,
//     workload/scenario/load.go; and workload/scenario/fields.go, newFields
//   - a way to make a failing scenario smaller: workload/explore/smaller.go, changes
//   - a fault: workload/fault/kind.go, Kinds, and workload/fault/exchange.go, suffer
//   - an engine that starts the machines of a run: report/manifest/job.go, Kinds, and a template
//     beside it; and cmd/contend/machines.go, machineOf, if it numbers them in its own way
package main

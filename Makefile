.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Without the path of this folder, programs and test programs are the same in every clone,
# and another clone on this machine compiles none of them again.
export GOFLAGS := $(filter-out -trimpath,$(shell go env GOFLAGS)) -trimpath

.PHONY: build
build: ## build bin/contend
	go build -o bin/contend ./cmd/contend

.PHONY: run
run: build ## build, and run the scenario hot-key on the embedded server
	bin/contend run hot-key

# The image is made of a program that was built here, so that nothing is pulled. A linker
# puts no library into it (CGO_ENABLED=0), because the image has none.
IMAGE := contend
image-folder := .cache/image
certificates := /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem

.PHONY: image
image: image-root ## build the container image contend, or IMAGE=NAME, by podman, docker or buildah
	@for engine in podman docker buildah; do \
		if $$engine info >/dev/null 2>&1; then exec $$engine build -t $(IMAGE) -f cmd/contend/Containerfile $(image-folder); fi; \
	done; echo "make image needs podman, docker or buildah: none of them works here" >&2; exit 1

# What the image contains.
.PHONY: image-root
image-root:
	@rm -rf $(image-folder) && mkdir -p $(image-folder)/root/etc/ssl/certs && mkdir -m 1777 $(image-folder)/root/tmp
	@cp "$$(ls $(certificates) 2>/dev/null | head -1)" $(image-folder)/root/etc/ssl/certs/ca-certificates.crt
	CGO_ENABLED=0 GOOS=linux go build -o $(image-folder)/root/contend ./cmd/contend

# Nothing in these packages runs at the same time as anything else, except that histories
# are read ahead of the checks, which the tests of workload/history show to the detector, the
# programs that some tests start, and the loads that they measure. The race detector would
# find nothing there and take a third of the time of all tests. A test holds the list;
# test-long has the detector for all.
sequential := ./cmd/contend/readme ./counter/layout ./internal ./internal/bench ./internal/crash \
	./internal/embedded/throughput ./internal/format ./internal/longtest ./internal/manual ./internal/pattern ./internal/plainjson \
	./internal/plot ./internal/scaling ./internal/statistic ./internal/strictjson ./internal/suggest ./report \
	./report/capacity ./report/capacity/bracket ./report/compare ./report/folder ./report/growth ./report/junit \
	./report/manifest ./report/markdown ./report/page ./report/row ./report/text ./scenarios ./workload/check \
	./workload/estimate ./workload/hist ./workload/law ./workload/measure ./workload/pace ./workload/plan \
	./workload/proxy/observe ./workload/proxy/watching ./workload/retry ./workload/scenario ./workload/threshold \
	./workload/trialtest

# The tests of other packages show these to the detector: it was seen to find each of their
# locks that was taken out. cmd/contend brings together what the packages below it do, and
# localtest is only for tests. test-long has the detector for all.
shown := ./cmd/contend ./cmd/contend/processes ./internal/embedded/attribute ./internal/embedded/expression \
	./internal/embedded/misbehave ./internal/localtest ./internal/localtest/lend ./workload/store

# These tests run without the race detector too, which makes them several times as
# slow and finds nothing: each sends one request after another, simulates, starts the
# program as users build it, or measures a load whose parts other tests show to the
# detector. A test holds both lists; test-long has the detector for all.
unraced := ExampleAdvise ExampleExplorer TestAdviceBeyondTheLimit TestRealStores TestALimitMissedForSoLongEndsTheLoad \
	TestAFailureThatNeverEndsHasALimit TestTheFrontier TestAFleetWaitsByTheClockAlone TestSharesDrawWhatOneMachineWould \
	TestVerifyFindsEveryBrokenSum TestFaults TestGivingUpAtOnceTakesUntilTheDeadline TestAQueueOfTheFleetCostsATicketEach \
	TestGivingUpInAQueueReadsLittle TestTheOrderOfARun TestAmountsAreCounted TestAmountsAreMissed \
	TestARarePlantedFaultDoesNotBecomeAnother TestAStoppedMachineLearnsOfIt TestAnAbortIsSeenByAll \
	TestClocksThatBreakAreFound TestTheBoundsHold TestASimulatedRun TestASimulatedRunEndsWhenToldTo \
	TestASimulatedRunIsAFunctionOfItsSeed TestASimulatedRunIsJudgedAsItsFile TestASimulatedRunWithFaults \
	TestATableThatRefusesTakesNothingOfItsKeys TestAnHourLeavesNothing TestAnotherCheckIsAnotherFailure TestBothWays \
	TestCallersOfCombiningMayGiveUp TestCostsOfAMonth TestDesignsThatCountExactlySurvive TestDifferential TestDoors \
	TestDoorsAsDesignsSend TestEachRowSaysWhatItExcludes TestHalfTransfersAreFound TestGivingUpIsNamed TestMachinesMeet \
	TestMachinesMeetWhateverTheKey TestMachinesWithWrongClocks TestMisbehavingServersAreBroken TestMemoryIsFlat \
	TestNotJudged TestNotSupported TestNothingIsKeptOfKeysWithoutItem TestOtherDesignsDoNotSurvive TestQueryOfManyItems \
	TestQueuesBesideEverythingElse TestQueuesSurvive TestRareFaults TestReadsOfShardsCostTheirNumber TestRunsAreBounded \
	TestSameSeedSameAdvice TestSchemasOnEmbedded TestSituations TestStrategiesOnAServerThatOmitsTheItem \
	TestStrategiesOnDynamoDBLocal TestTheExplorersPatienceChangesNoRun TestTheLeastShards TestTheNumberOfRunsIsBounded \
	TestTheOthersOfAMixStay TestThrottlesAreAwaited TestTransfersKeepTheSum TestUnfairPoliciesAreNamed \
	TestWhatIsNotNeededIsDropped TestWhatNeverEndsIsCounted TestWhoLeavesGivesUpItsTurn TestAShortHistoryForgets \
	TestHistoryRecognisesItsOwnWrite TestHistoryBuildsOnValueAndVersion TestHistoryCapacity TestNeverAlwaysOutOfSync \
	TestOutOfSyncHoldsTheStoredValueAndTime TestOpenRaceOnDynamoDBLocal TestCombiningKeepsCountersApartOnDynamoDBLocal \
	TestDeletedCounterIsNotCreatedAgain TestTables TestTableKeys TestItemCollectionSum TestItemCollectionOfOthers \
	TestItemCollectionReadsAllPages TestItemsArePutBack TestNumericKeys TestAVersionWithoutItsMap TestShardsOnServers \
	TestATableThatTookTheNameIsNotDeleted TestTokenSetIsFullBeforeItsItem TestTokenSetNeedsItsAttributes TestSizeLimits \
	TestPageIsFull TestLatencyIsDrawn TestGeneratedTransactions TestUpdatedWarmThroughput \
	TestProvisionedThroughputIsEnforced TestPlainBodiesAreReadAlike TestLargeBatch TestUpdatedUnitsLimitTheTable \
	TestTheSeedPlants TestWarmThroughputIsPartitions TestListTablesInPages TestAQueryTakesFromThePartitionsOfItsItems \
	TestErrorAnswers TestLatencyIsNeverNegative TestNoSavings TestQueryCapacity TestReadLagOfManyWrites FuzzRequest \
	FuzzPlain TestApplyRefusedAgainstTheCondition TestOwedToTheSameUpdate TestApplyTwice TestAcknowledgeOutOfOrder \
	TestIgnoreToken TestHalfTransaction TestLoseUpdate TestGoBack TestDelay TestPartitionByChance \
	TestResetIsBeforeOrAfter TestWindow TestGapsOfWinnersDoNotOverlap TestAnOpenLoopHidesNothing \
	TestARunWithALongReadLagBegins TestWorkersTakeLittleMemory TestNothingIsAllocatedBetweenRequests \
	TestALostReplyIsInNoRate TestADeafStoreEndsWithItsContext TestEveryRequestIsInAnAccount TestStagesTellTheirConflicts \
	TestSharesOfAnOpenLoop TestARateThatTheWorkersKeep TestAFullDiskDoesNotStopTheRun \
	TestAPanicOfTheHistoryDoesNotStopTheRun ExampleFleet_Run TestFaultsAreShared TestMachinesOnATableThatWasThere \
	TestMachinesThatDoNotFit TestAMachineThatIsStoppedStopsAll TestAnErrorOfTheCallerEndsTheRun TestARunWithoutOptions \
	TestNeighbouringSeedsAreTried TestEveryStepIsValidAndNew TestEveryStepEnds TestEmbeddedServerIsRight \
	TestTheStrongerLimitsStay TestAMarkerTellsWhenItExpires TestARepetitionChangesNothing TestTransfersOnServers \
	TestProbability TestMachinesMeetOnDynamoDBLocal TestInOrderTellsErrorsAtItsEnd TestTruncationAtEveryByte \
	TestInOrderClosesFrames TestRecordAndNextDoNotAllocate TestAFullDiskIsTheErrorOfClose TestWordsAreSpelledOnce \
	TestReadmeHasEveryMember
unraced-packages := ./counter ./internal/embedded ./report/advise ./workload/explore ./workload/fault ./workload/fleet \
	./workload/history ./workload/probe ./workload/proxy/record ./workload/rendezvous ./workload/trial

# This test compares measured times, which other tests beside it would disturb.
alone := TestSimulationAgreesWithReality

space := $(subst x,,x x)
pattern = ^($(subst $(space),|,$(strip $(1))))$$

# These packages take longest. They begin first, so that no processor idles at the end.
longest := ./cmd/contend ./cmd/contend/processes ./workload/trial ./counter ./workload/exec/crew \
	./internal/localtest ./report/page ./internal/embedded ./workload/proxy/watching ./cmd/contend/readme

# Many tests wait, so that three packages at once keep two cores busy; more at once, or
# tests with and without the race detector side by side, take as long and a sixth more
# processor time. With the race detector each test program would sleep for a second at its
# end, to watch goroutines that are left; here tests fail if one is left, and test-long
# does sleep. Most tests take up to a quarter less time if they collect garbage less
# often (GOGC). Nothing is vetted, because the checks have done that. If DynamoDB Local is
# missing, it is downloaded during the checks, and not in the time of the packages that
# need it. All packages share the few servers that are used at the same time, since each
# takes two seconds of processor time to start.
.PHONY: test
test: ## formatting, tidiness, vet, staticcheck, and all tests, with the race detector where anything runs at once
	@go run ./internal/localtest/state >/dev/null & $(MAKE) --no-print-directory check; code=$$?; wait; exit $$code
	@go build -o .cache/lend ./internal/localtest/lend && exec .cache/lend $(MAKE) --no-print-directory test-phases

.PHONY: test-phases
test-phases:
	GOGC=200 GORACE=atexit_sleep_ms=0 go test -vet=off -race -p 3 -timeout 40m -skip '$(call pattern,$(unraced) $(alone))' $$(go list $(longest) ./... | grep -vxF "$$(go list $(sequential) $(shown))")
	GOGC=200 go test -vet=off -timeout 20m -skip '$(call pattern,$(alone))' $(filter $(sequential) $(shown),$(longest)) $(sequential) $(shown)
	GOGC=400 go test -vet=off -timeout 20m -run '$(call pattern,$(unraced))' $(filter $(unraced-packages),$(longest)) $(unraced-packages)
	go test -vet=off -run '$(call pattern,$(alone))' ./internal/bench
	@go run ./internal/localtest/state
	@cat .cache/reality.txt 2>/dev/null || true

.PHONY: test-long
test-long: ## all tests at full length, with the race detector
	CONTEND_TEST_LONG=1 go test -race -timeout 2h ./...

.PHONY: check
check: ## formatting, tidiness, vet and staticcheck alone
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt wants: $$unformatted"; exit 1; }
	go mod tidy -diff
	go vet ./...
	go tool staticcheck ./...

.PHONY: bench
bench: ## ratios in one run: contend to a bare SDK loop, embedded server to a constant answer, checks to Porcupine
	go test -run '^$$' -bench To -benchtime 21x ./internal/bench
	go test -run '^$$' -bench PublishedBackoff -benchtime 1x ./internal/bench
	go test -run '^$$' -bench RunMemory -benchtime 1x ./internal/bench
	go test -run '^$$' -bench '^BenchmarkSimulated$$' -benchtime 3x ./internal/bench
	go test -run '^$$' -bench 'Simulated(Clients|Arrivals)' -benchtime 1x ./internal/bench
	go test -run '^$$' -bench . -benchtime 3x ./workload/check

.PHONY: planted
planted: ## plant each fault in 1 of 100 000 requests: all must be caught, and 100 clean runs give no alarm (five minutes of processor time)
	go test -C cmd/contend -count=1 -timeout 1h -run '^Test(Planted|NothingPlanted)' \
		-planted.print -planted.one-in=100000 -planted.clean=100 -planted.clean-operations=10000

.PHONY: fuzz
fuzz: ## fuzz every decoder for ten seconds
	@for target in $$(grep -rlE '^func Fuzz' --include=*_test.go .); do \
		for name in $$(sed -nE 's/^func (Fuzz[A-Za-z]+).*/\1/p' $$target); do \
			go test -run '^$$' -fuzz "^$$name\$$" -fuzztime 10s -fuzzminimizetime 10x ./$$(dirname $$target) || exit 1; \
		done; \
	done

.PHONY: golden
golden: ## write the golden files again
	go test ./report/text ./cmd/contend -update

.PHONY: figures
figures: ## make the simulated runs of all tables in the READMEs, and write their figures again
	CONTEND_TEST_LONG=1 go test ./cmd/contend/readme -timeout 1h -run ReadmeTables -update

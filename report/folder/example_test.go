package folder_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"contend/report"
	"contend/report/folder"
	"contend/workload/plan"
	"contend/workload/trial"
)

// A campaign of two designs, two runs each, in a folder that another call of
// [folder.Resume] could take up.
func ExampleCampaign() {
	temporary, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(temporary)
	p, err := plan.Decode("designs.yaml", []byte(`
name: designs
load: { workers: 4, operations: 100 }
matrix: { strategy: [atomic-add, sharded] }
repeat: 2
`))
	if err != nil {
		log.Fatal(err)
	}
	lock, err := folder.Create(filepath.Join(temporary, "designs"), "designs", time.Now())
	if err != nil {
		log.Fatal(err)
	}
	defer lock.Release()
	kept, err := folder.NewCampaign(lock, p, report.About{Machine: report.ThisMachine()})
	if err != nil {
		log.Fatal(err)
	}
	campaign := trial.Campaign{Runs: kept.Runs, Keeper: kept}
	if _, err := campaign.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	matrix, _, err := kept.Finish()
	if err != nil {
		log.Fatal(err)
	}
	for _, run := range matrix.Variants {
		fmt.Println(run.Folder, run.Verdict, run.Acknowledged)
	}
	// Output:
	// 1-atomic-add-run1 pass 100
	// 1-atomic-add-run2 pass 100
	// 2-sharded-run1 pass 100
	// 2-sharded-run2 pass 100
}

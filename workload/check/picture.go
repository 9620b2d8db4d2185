package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// harness is the client that reads before and after the load; workers begin at 0.
const harness = -1

// client returns the number of the client that got an entry's answer.
func (e *entry) client() int {
	if e.sequence == 0 {
		return harness
	}
	return int(e.worker)
}

// nameClients numbers the operations' clients from 0 on, as Porcupine draws a row
// for every number up to the highest, and gives the names of the rows.
func nameClients(operations []porcupine.Operation) []string {
	var clients []int
	for i := range operations {
		clients = append(clients, operations[i].ClientId)
	}
	slices.Sort(clients)
	clients = slices.Compact(clients)
	for i := range operations {
		operations[i].ClientId, _ = slices.BinarySearch(clients, operations[i].ClientId)
	}
	var names []string
	for _, c := range clients {
		name := fmt.Sprintf("worker %d", c)
		if c == harness {
			name = "outside the load"
		}
		names = append(names, name)
	}
	return names
}

// errPicture: Porcupine's page does not have the form that this package writes names into.
var errPicture = errors.New("picture of the violation: the page has no place for names")

// writePicture writes Porcupine's page with the names of its rows, and with the
// evidence below it. Nothing of the data can look like a part of the page's
// program: json.Marshal escapes what it begins with.
func writePicture(w io.Writer, model porcupine.Model, info porcupine.LinearizationInfo, names []string, text string) error {
	var b bytes.Buffer
	if err := porcupine.Visualize(model, info, &b); err != nil {
		return fmt.Errorf("picture of the violation: %w", err)
	}
	list, err := json.Marshal(names)
	if err != nil {
		return fmt.Errorf("picture of the violation: %w", err)
	}
	page := b.String()
	for _, change := range [][2]string{
		{"i < realClients ? i.toString() :", "i < realClients ? names[i] :"},
		{"i < realClients ? i :", "i < realClients ? names[i] :"},
		{"const data = ", "const names = " + string(list) + "\n\n      const data = "},
		{`<div id="calc">`, "<p>" + html.EscapeString(text) + "</p>\n    " + `<div id="calc">`},
		{"<title>Porcupine</title>", "<title>Violation</title>"},
	} {
		if !strings.Contains(page, change[0]) {
			return errPicture
		}
		page = strings.Replace(page, change[0], change[1], 1)
	}
	_, err = io.WriteString(w, page)
	return err
}

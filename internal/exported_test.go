package internal

import (
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestNoInternalTypeIsExported: a program outside of this module cannot name a type
// from below internal/, so no exported signature may have one.
func TestNoInternalTypeIsExported(t *testing.T) {
	found, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedExportFile, Dir: ".."}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	public := 0
	for _, p := range found {
		if strings.HasPrefix(p.PkgPath, module+"internal") || strings.HasPrefix(p.PkgPath, module+"cmd/") || p.Types == nil {
			continue
		}
		public++
		for _, name := range p.Types.Scope().Names() {
			object := p.Types.Scope().Lookup(name)
			if object.Exported() {
				for _, where := range internalsOf(object) {
					t.Errorf("%s.%s: %s", p.PkgPath, name, where)
				}
			}
		}
	}
	if public < 10 {
		t.Errorf("only %d public packages were found", public)
	}
}

// internalsOf lists the types from below internal/ that users of an exported object
// come across.
func internalsOf(object types.Object) []string {
	seen := map[types.Type]bool{}
	var found []string
	var walk func(types.Type)
	signature := func(t *types.Signature) {
		walk(t.Params())
		walk(t.Results())
	}
	walk = func(t types.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Alias:
			walk(types.Unalias(t))
		case *types.Named:
			if p := t.Obj().Pkg(); p != nil && strings.HasPrefix(p.Path(), module+"internal/") {
				found = append(found, t.String())
				return
			}
			for i := range t.TypeArgs().Len() {
				walk(t.TypeArgs().At(i))
			}
			if t.Obj() != object { // judged where it is declared
				return
			}
			for i := range t.NumMethods() {
				if m := t.Method(i); m.Exported() {
					signature(m.Signature())
				}
			}
			walk(t.Underlying())
		case *types.Struct:
			for i := range t.NumFields() {
				if f := t.Field(i); f.Exported() {
					walk(f.Type())
				}
			}
		case *types.Interface:
			for i := range t.NumMethods() {
				signature(t.Method(i).Signature())
			}
		case *types.Signature:
			signature(t)
		case *types.Tuple:
			for i := range t.Len() {
				walk(t.At(i).Type())
			}
		case *types.Map:
			walk(t.Key())
			walk(t.Elem())
		case interface{ Elem() types.Type }: // pointer, slice, array, channel
			walk(t.Elem())
		}
	}
	walk(object.Type())
	return found
}

package expression

import (
	"slices"

	"contend/internal/embedded/attribute"
)

// The messages for updates that do not fit the item.
var (
	errWrongKind   = &Error{"An operand in the update expression has an incorrect data type"}
	errNoAttribute = &Error{"The provided expression refers to an attribute that does not exist in the item"}
	errTooDeep     = &Error{"Nesting Levels have exceeded supported limits"}
	errInvalidPath = &Error{"The document path provided in the update expression is invalid for update"}
)

// Update is a parsed update expression.
type Update struct {
	*template
	values []attribute.Value
}

// action is one change of an update.
type action struct {
	section  string // "SET", "REMOVE", "ADD" or "DELETE"
	target   path
	operand  operand  // of SET, ADD and DELETE
	sign     string   // of SET with arithmetic: "+" or "-"
	rightArm *operand // of SET with arithmetic
}

// ParseUpdate parses an UpdateExpression. The error is an [*Error].
func ParseUpdate(text string, placeholders *Placeholders) (*Update, error) {
	if t, values := placeholders.reuse(source{updateLabel, text}); t != nil {
		return placeholders.updateOf(t, values), nil
	}
	p, failed := newParser(updateLabel, text, placeholders)
	if failed != nil {
		return nil, failed
	}
	defer p.release()
	u := &Update{template: &template{actions: make([]action, 0, 4)}}
	targets := make([][]rawStep, 0, 4)
	repeated := ""
	var seen []string
	for first := true; p.failed == nil && (first || p.peek().kind != endOfText); first = false {
		section := p.section()
		if slices.Contains(seen, section) && repeated == "" {
			repeated = section
		}
		seen = append(seen, section)
		for p.failed == nil {
			a, target := p.action(section)
			u.actions, targets = append(u.actions, a), append(targets, target)
			if !p.take(",") {
				break
			}
		}
	}
	if failed := p.finish(); failed != nil {
		return nil, failed
	}
	u.checkWords(p, targets)
	if repeated != "" {
		p.fail("The \"%s\" section can only be used once in an update expression;", repeated)
	}
	if failed := u.check(p, targets); failed != nil {
		return nil, failed
	}
	u.values = p.values
	p.keep(u.template)
	return u, nil
}

// section reads the word that begins a section.
func (p *parser) section() string {
	for _, section := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
		if p.takeKeyword(section) {
			return section
		}
	}
	p.syntaxError()
	return ""
}

// action reads one change of a section and its target, not yet resolved.
func (p *parser) action(section string) (action, []rawStep) {
	a := action{section: section}
	target := p.path()
	switch section {
	case "SET":
		if p.expect("=") {
			p.assigned(&a)
		}
	case "ADD", "DELETE":
		t := p.peek()
		if p.failed == nil && t.kind != valuePlace {
			p.syntaxError()
		}
		if p.failed == nil {
			p.at++
			a.operand = operand{kind: valueOperand, word: p.word(t)}
		}
	}
	return a, target
}

// assigned reads operand, operand + operand, operand - operand, or one of these
// in parentheses.
func (p *parser) assigned(a *action) {
	if opened := p.at; !p.parenthesesAreOperand() && p.take("(") {
		p.assigned(a)
		p.expect(")")
		if p.failed == nil && p.wraps(opened+1, p.at-2) {
			p.doubled = true
		}
		return
	}
	a.operand = p.operand()
	for _, sign := range []string{"+", "-"} {
		if p.failed == nil && p.take(sign) {
			p.operators++
			a.sign = sign
			arm := p.operand()
			a.rightArm = &arm
			return
		}
	}
}

// parenthesesAreOperand looks ahead: in (a) + b, the parentheses are an operand of the
// sum; in (a + b), they contain it.
func (p *parser) parenthesesAreOperand() bool {
	open := 0
	for at := p.at; p.tokens[at].kind != endOfText; at++ {
		switch p.word(p.tokens[at]) {
		case "(":
			open++
		case ")":
			open--
		}
		if open == 0 {
			following := p.word(p.tokens[at+1])
			return following == "+" || following == "-"
		}
	}
	return false
}

// checkWords is [parser.checkWords] for an update.
func (u *Update) checkWords(p *parser, targets [][]rawStep) {
	for i := range u.actions {
		a := &u.actions[i]
		p.checkReserved(targets[i])
		switch {
		case a.section != "SET":
		case a.sign == "":
			p.checkWords(&a.operand, asAssigned)
		default:
			p.checkWords(&a.operand, asOperand)
			p.checkWords(a.rightArm, asOperand)
		}
	}
}

// check resolves the placeholders, and refuses an update that cannot be valid for any
// item. Of several problems, DynamoDB reports the last.
func (u *Update) check(p *parser, targets [][]rawStep) *Error {
	paths := make([]path, len(u.actions))
	for i := len(u.actions) - 1; i >= 0; i-- {
		paths[i] = p.resolvePath(targets[i])
		u.actions[i].target = paths[i]
	}
	if p.failed == nil {
		p.failed = collide(p.label, paths)
		u.aim(paths)
	}
	for i := len(u.actions) - 1; i >= 0; i-- {
		p.resolveOperands(&u.actions[i])
		p.checkAction(&u.actions[i])
	}
	return p.failed
}

func (p *parser) resolveOperands(a *action) {
	if a.section == "REMOVE" {
		return
	}
	p.resolve(&a.operand)
	if a.sign != "" {
		p.resolve(a.rightArm)
	}
}

func (p *parser) checkAction(a *action) {
	if p.failed != nil {
		return
	}
	switch a.section {
	case "SET":
		p.checkAssigned(&a.operand, a.sign)
		if a.sign != "" {
			p.checkAssigned(a.rightArm, a.sign)
		}
	case "ADD":
		p.checkSection(a, attribute.Number, attribute.StringSet, attribute.NumberSet, attribute.BinarySet)
	case "DELETE":
		p.checkSection(a, attribute.StringSet, attribute.NumberSet, attribute.BinarySet)
	}
}

func (p *parser) checkAssigned(o *operand, sign string) {
	p.checkFunction(o)
	if sign != "" {
		p.checkKind(sign, *o, attribute.Number)
	}
}

func (p *parser) checkSection(a *action, allowed ...attribute.Kind) {
	if kind := p.value(a.operand).Kind; !slices.Contains(allowed, kind) {
		p.fail("Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND",
			a.section, longName(kind), a.section)
	}
}

// longName is the name of a kind in the messages of ADD and DELETE.
func longName(kind attribute.Kind) string {
	names := map[attribute.Kind]string{
		attribute.String: "STRING", attribute.Number: "NUMBER", attribute.Binary: "BINARY", attribute.Bool: "BOOLEAN",
		attribute.Null: "NULL", attribute.List: "LIST", attribute.Map: "MAP",
	}
	return names[kind]
}

// aim sets the targets of an update's actions.
func (t *template) aim(paths []path) {
	t.paths, t.isFlat = paths, true
	for _, p := range paths {
		if !slices.Contains(t.targets, p.top()) {
			t.targets = append(t.targets, p.top())
		}
		t.isFlat = t.isFlat && len(p) == 1
	}
}

// Targets returns the names of the attributes that the expression changes, each once.
// The caller must not change the slice.
func (u *Update) Targets() []string { return u.targets }

// TouchedWhole returns the names of the attributes that [Update.Touched] would return
// for an item that has them. It returns nil if Touched would return only parts of some.
// The caller must not change the slice.
func (u *Update) TouchedWhole() []string {
	if !u.isFlat {
		return nil
	}
	return u.targets
}

// Touched returns the parts of an item, old or changed, at the expression's paths. Like
// DynamoDB, it returns the element that took the place of a removed one, and nothing
// for an element beyond the end of a list.
func (u *Update) Touched(item attribute.Item) attribute.Item {
	if u.isFlat {
		return attribute.Some(item, u.targets)
	}
	return (&Projection{u.paths}).Apply(item)
}

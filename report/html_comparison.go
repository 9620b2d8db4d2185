package report

func (c *Comparison) document() *document { return &document{} }

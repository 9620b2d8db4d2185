package scenario

// Price is what the store costs, in dollars. The default is the price of us-east-1, on
// demand since November 2024.
type Price struct {
	// Write and Read are for a million request units of a table on demand.
	Write, Read float64
	// Provisioned is for a unit of provisioned throughput and an hour.
	Provisioned UnitHours
	// Storage is for a gigabyte and a month, without the free part.
	Storage float64
}

// UnitHours are the prices of a write unit and of a read unit for an hour, in dollars.
type UnitHours struct{ Write, Read float64 }

// OnDemand is the price of some request units of a table on demand.
func (p Price) OnDemand(writeUnits, readUnits float64) float64 {
	return (writeUnits*p.Write + readUnits*p.Read) / 1e6
}

// IsUsual reports whether request units have the default price.
func (p Price) IsUsual() bool {
	usual := defaultPrice()
	return p.Write == usual.Write && p.Read == usual.Read
}

func defaultPrice() Price {
	return Price{Write: 0.625, Read: 0.125, Provisioned: UnitHours{Write: 0.00065, Read: 0.00013}, Storage: 0.25}
}

func priceFields() []field {
	of := func(name, about string, at func(*Price) *float64) field {
		return field{name: name, about: about, value: decimal(func(s *Scenario) *float64 { return at(&s.Price) }, 0, maxPrice)}
	}
	return []field{
		of("write", "Dollars for a million write units on demand.", func(p *Price) *float64 { return &p.Write }),
		of("read", "Dollars for a million read units on demand.", func(p *Price) *float64 { return &p.Read }),
		{name: "provisioned", about: "Dollars for a unit of provisioned throughput and an hour.", fields: []field{
			of("write", "Dollars for a provisioned write unit and an hour.", func(p *Price) *float64 { return &p.Provisioned.Write }),
			of("read", "Dollars for a provisioned read unit and an hour.", func(p *Price) *float64 { return &p.Provisioned.Read }),
		}},
		of("storage", "Dollars for a gigabyte of storage and a month.", func(p *Price) *float64 { return &p.Storage }),
	}
}

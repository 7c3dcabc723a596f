package demo

import (
	"fmt"
	"slices"
)

// Industry chooses the story that a customer's conversations follow: what people
// ask, which models answer, in which attributes the services record it.
type Industry string

// The industries.
const (
	// Airline speaks English, German, French and Japanese, uses Anthropic models
	// and records model calls in the attributes of Langfuse's SDK.
	Airline Industry = "airline"
	// Telecom speaks English and German, uses OpenAI models and records in the
	// attributes of OpenTelemetry's GenAI conventions.
	Telecom Industry = "telecom"
	// Bank speaks English and French, uses Mistral models and records in the
	// attributes of OpenLLMetry.
	Bank Industry = "bank"
)

// Industries returns all industries, in the order in which customers without one
// get theirs.
func Industries() []Industry { return []Industry{Airline, Telecom, Bank} }

// Customer is one organization with the project and the key that its traces are
// sent with.
type Customer struct {
	// Name and Slug are those of the organization; Project and ProjectSlug of the
	// project.
	Name, Slug           string
	Project, ProjectSlug string
	// PublicKey and SecretKey are sent as Basic authentication. The key needs the
	// scope to send traces.
	PublicKey, SecretKey string
	// Industry is the story to follow. Empty takes the next of Industries by the
	// customer's place in the list.
	Industry Industry
}

// DefaultCustomers returns the customers that `treeline demo` creates. Their keys
// stand in the source and are known to everyone: use them for a demo alone.
func DefaultCustomers() []Customer {
	return []Customer{
		{
			Name: "Northwind Air", Slug: "northwind-air", Project: "Passenger care", ProjectSlug: "passenger-care",
			PublicKey: "pk-tl-demo-northwind-air", SecretKey: "sk-tl-demo-northwind-air-5b1f7c2e9d04", Industry: Airline,
		},
		{
			Name: "Globex Telecom", Slug: "globex-telecom", Project: "Service line", ProjectSlug: "service-line",
			PublicKey: "pk-tl-demo-globex-telecom", SecretKey: "sk-tl-demo-globex-telecom-a83e60d1f7b2", Industry: Telecom,
		},
		{
			Name: "Initech Bank", Slug: "initech-bank", Project: "Client desk", ProjectSlug: "client-desk",
			PublicKey: "pk-tl-demo-initech-bank", SecretKey: "sk-tl-demo-initech-bank-c49d2718e6a5", Industry: Bank,
		},
	}
}

// checked returns the customers with their industries filled in, or an error
// that names the field to mend.
func checked(customers []Customer) ([]Customer, error) {
	if len(customers) == 0 {
		return nil, fmt.Errorf("no customers are given: pass DefaultCustomers() or your own")
	}
	customers = slices.Clone(customers)
	for i := range customers {
		c := &customers[i]
		if c.Industry == "" {
			c.Industry = Industries()[i%len(Industries())]
		}
		if !slices.Contains(Industries(), c.Industry) {
			return nil, fmt.Errorf("customer %q has the industry %q, which is none of %v", c.Name, c.Industry, Industries())
		}
		if c.Slug == "" {
			return nil, fmt.Errorf("customer %q has no slug: set Slug", c.Name)
		}
		if c.PublicKey == "" || c.SecretKey == "" {
			return nil, fmt.Errorf("customer %q has no key: set PublicKey and SecretKey", c.Name)
		}
	}
	return customers, nil
}

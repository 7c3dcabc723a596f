// Package graph is the GraphQL schema by topic with what gqlgen makes of it.
package graph

//go:generate go -C .. tool gqlgen generate

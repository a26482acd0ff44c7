// Copies an artifact by the library of ORAS: go run oras-copy.go KIND PLACE REF KIND PLACE REF, KIND one of oci, files, registry.
package main

import (
	"context"
	"fmt"
	"os"

	"oras.land/oras-go/pkg/content"
	"oras.land/oras-go/pkg/oras"
	"oras.land/oras-go/pkg/target"
)

func open(kind, place string) target.Target {
	switch kind {
	case "oci":
		layout, err := content.NewOCI(place)
		check(err)
		return layout
	case "files":
		return content.NewFile(place)
	}
	registry, err := content.NewRegistry(content.RegistryOptions{PlainHTTP: true})
	check(err)
	return registry
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	a := os.Args[1:]
	desc, err := oras.Copy(context.Background(), open(a[0], a[1]), a[2], open(a[3], a[4]), a[5], oras.WithPullEmptyNameAllowed())
	check(err)
	fmt.Println(desc.Digest)
}

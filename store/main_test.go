package store

import (
	"os"
	"testing"

	"github.com/treeline-dev/treeline/store/storetest/cluster"
)

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

package trace

import (
	"testing"
	"time"
)

func TestStateOf(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 21, 14, 0, 0, 0, time.UTC)
	settled, fresh := now.Add(-SettleTime), now.Add(-SettleTime+1)
	for _, test := range []struct {
		name            string
		rank            RootRank
		root            Status
		failed, running int
		arrival         time.Time
		want            TraceState
	}{
		{"root is there", RankTop, StatusOK, 0, 0, fresh, StateComplete},
		{"declared root is there", RankAppRoot, StatusUnset, 0, 0, fresh, StateComplete},
		{"root failed", RankTop, StatusError, 1, 0, fresh, StateFailed},
		{"a step failed, the root coped", RankTop, StatusOK, 3, 0, settled, StateComplete},
		{"a step runs", RankTop, StatusOK, 0, 1, settled, StateRunning},
		{"the root runs", RankTop, StatusRunning, 0, 1, settled, StateRunning},
		{"a step runs after a failure", RankTop, StatusError, 1, 1, settled, StateRunning},
		{"no root yet", RankRemote, StatusOK, 0, 0, fresh, StateRunning},
		{"no root yet, a failure", RankMissing, StatusError, 1, 0, fresh, StateRunning},
		{"no root ever", RankRemote, StatusOK, 0, 0, settled, StateComplete},
		{"no root ever, a failure", RankMissing, StatusOK, 1, 0, settled, StateFailed},
		{"no root ever, a step runs", RankMissing, StatusOK, 0, 1, settled, StateRunning},
		{"no observation", RankInner, StatusUnset, 0, 0, settled, StateComplete},
		{"a clock that runs behind", RankMissing, StatusOK, 0, 0, now.Add(time.Hour), StateRunning},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := StateOf(test.rank, test.root, test.failed, test.running, test.arrival, now); got != test.want {
				t.Errorf("the state is %v, want %v", got, test.want)
			}
		})
	}
}

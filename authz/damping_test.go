package authz

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestAttemptsRunOutAndComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBuckets(3, 10*time.Second, 10)
		for range 3 {
			if _, ok := b.take("a"); !ok {
				t.Fatal("refused within the burst")
			}
		}
		wait, ok := b.take("a")
		if ok || wait != 10*time.Second {
			t.Errorf("the fourth: %t, wait %s", ok, wait)
		}
		if _, ok := b.take("b"); !ok {
			t.Error("another key is refused")
		}
		time.Sleep(4 * time.Second)
		if wait, ok := b.take("a"); ok || wait.Round(time.Millisecond) != 6*time.Second {
			t.Errorf("4 s later: %t, wait %s", ok, wait)
		}
		time.Sleep(6*time.Second + time.Millisecond)
		if _, ok := b.take("a"); !ok {
			t.Error("refused after the wait that was told")
		}
		b.giveBack("a")
		if _, ok := b.take("a"); !ok {
			t.Error("refused after one was given back")
		}
		time.Sleep(time.Hour)
		for i := range 4 {
			if _, ok := b.take("a"); ok != (i < 3) {
				t.Errorf("after a rest, attempt %d: %t", i, ok)
			}
		}
	})
}

func TestBucketsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBuckets(1, time.Hour, 100)
	for i := range 1000 {
		b.take(fmt.Sprint(i))
		b.take("busy")
	}
	if len(b.known) != 100 || b.recent.Len() != 100 {
		t.Errorf("%d known, %d in order", len(b.known), b.recent.Len())
	}
	if _, ok := b.take("busy"); ok {
		t.Error("the one that is tried all the time was forgotten")
	}
}

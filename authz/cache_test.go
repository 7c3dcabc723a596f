package authz

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheCacheLoadsAgainAfterItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache[string, int](time.Second, 10)
		loads := 0
		get := func() int {
			t.Helper()
			n, err := c.get(t.Context(), "key", func(context.Context) (int, error) { loads++; return loads, nil })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if a, b := get(), get(); a != 1 || b != 1 {
			t.Errorf("got %d and %d", a, b)
		}
		time.Sleep(time.Second - time.Nanosecond)
		if n := get(); n != 1 {
			t.Errorf("just before the end: %d", n)
		}
		time.Sleep(time.Nanosecond)
		if n := get(); n != 2 {
			t.Errorf("at the end: %d", n)
		}
	})
}

func TestTheCacheCountsAgeFromTheBeginningOfALoad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache[string, int](time.Second, 10)
		loads := 0
		load := func(context.Context) (int, error) {
			loads++
			time.Sleep(600 * time.Millisecond)
			return loads, nil
		}
		_, _ = c.get(t.Context(), "key", load)
		time.Sleep(500 * time.Millisecond)
		if n, _ := c.get(t.Context(), "key", load); n != 2 {
			t.Errorf("what was read 1.1 s ago is still used: load %d", n)
		}
	})
}

func TestTheCacheKeepsAtMostItsLimit(t *testing.T) {
	t.Parallel()
	c := newCache[int, int](time.Hour, 3)
	loads := 0
	get := func(key int) {
		_, _ = c.get(t.Context(), key, func(context.Context) (int, error) { loads++; return key, nil })
	}
	for _, key := range []int{1, 2, 3, 1, 4} { // 2 is the one unused for longest
		get(key)
	}
	if len(c.entries) != 3 || c.recent.Len() != 3 || loads != 4 {
		t.Errorf("%d entries, %d in order, %d loads", len(c.entries), c.recent.Len(), loads)
	}
	get(1)
	if loads != 4 {
		t.Error("a recently used entry was dropped")
	}
	get(2)
	if loads != 5 {
		t.Error("the least recently used entry was kept")
	}
}

func TestTheCacheDoesNotKeepFailures(t *testing.T) {
	t.Parallel()
	c := newCache[int, int](time.Hour, 10)
	failure := errors.New("failure")
	for key := range 100 {
		if _, err := c.get(t.Context(), key, func(context.Context) (int, error) { return 0, failure }); !errors.Is(err, failure) {
			t.Fatal(err)
		}
	}
	if len(c.entries) != 0 || len(c.flights) != 0 {
		t.Errorf("%d entries, %d flights", len(c.entries), len(c.flights))
	}
	if n, err := c.get(t.Context(), 1, func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestConcurrentLoadsAreOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache[string, int](time.Hour, 10)
		loads := 0
		release := make(chan struct{})
		load := func(ctx context.Context) (int, error) {
			loads++
			<-release
			return 7, ctx.Err()
		}
		results := make(chan error, 11)
		first, cancelFirst := context.WithCancel(t.Context())
		go func() {
			_, err := c.get(first, "key", load)
			results <- err
		}()
		synctest.Wait()
		for range 9 {
			go func() {
				n, err := c.get(t.Context(), "key", load)
				if n != 7 {
					t.Errorf("got %d", n)
				}
				results <- err
			}()
		}
		// One that gives up does not take the others with it.
		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.get(impatient, "key", load); !errors.Is(err, context.Canceled) {
			t.Errorf("the impatient one got %v", err)
		}
		synctest.Wait()
		cancelFirst()
		close(release)
		failed := 0
		for range 10 {
			if <-results != nil {
				failed++
			}
		}
		if loads != 1 || failed > 1 {
			t.Errorf("%d loads, %d failed", loads, failed)
		}
	})
}

func TestWhatIsForgottenWhileItLoadsIsNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache[string, string](time.Hour, 10)
		release := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = c.get(t.Context(), "key", func(context.Context) (string, error) { <-release; return "old", nil })
		}()
		synctest.Wait()
		c.forget("key")
		if got, _ := c.get(t.Context(), "key", func(context.Context) (string, error) { return "new", nil }); got != "new" {
			t.Errorf("got %q", got)
		}
		close(release)
		<-done
		if got, _ := c.get(t.Context(), "key", func(context.Context) (string, error) { return "newer", nil }); got != "new" {
			t.Errorf("then got %q", got)
		}
		c.forget("key")
		if got, _ := c.get(t.Context(), "key", func(context.Context) (string, error) { return "newer", nil }); got != "newer" {
			t.Errorf("after forgetting got %q", got)
		}
	})
}

func TestALoadThatPanicsLeavesNobodyWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache[string, int](time.Hour, 10)
		release := make(chan struct{})
		go func() {
			defer func() { _ = recover() }()
			_, _ = c.get(t.Context(), "key", func(context.Context) (int, error) { <-release; panic("broken") })
		}()
		synctest.Wait()
		waited := make(chan error)
		go func() {
			_, err := c.get(t.Context(), "key", nil)
			waited <- err
		}()
		synctest.Wait()
		close(release)
		if err := <-waited; err == nil {
			t.Error("the one that waited got a value")
		}
	})
}

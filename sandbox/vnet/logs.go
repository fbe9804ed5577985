package vnet

import (
	"strings"
	"sync"
	"time"

	"fargate-privatelink/sandbox/world"
)

// logDelay is how long events wait for more, as in CloudWatch's agents: each
// write to the store costs a sync to disk.
const logDelay = 200 * time.Millisecond

// logSink takes the containers' output to their log groups.
type logSink struct {
	world *world.World
	tap   func(world.LogEvent)

	mu      sync.Mutex
	pending []world.LogEvent
	timer   *time.Timer
	err     error
}

func (s *logSink) add(e world.LogEvent) {
	s.mu.Lock()
	s.pending = append(s.pending, e)
	if s.timer == nil {
		s.timer = time.AfterFunc(logDelay, func() { _ = s.flush() })
	}
	s.mu.Unlock()
	if s.tap != nil {
		s.tap(e)
	}
}

// flush writes what has come together, and returns the first error there was.
func (s *logSink) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if err := s.world.PutLogEvents(s.pending); err != nil && s.err == nil {
		s.err = err
	}
	s.pending = nil
	return s.err
}

// logStream is one container's stream. Each line is an event.
type logStream struct {
	sink  *logSink
	group world.LogGroup
	name  string
}

func (s *logStream) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		s.sink.add(world.LogEvent{
			Group: s.group, Stream: s.name, Time: time.Now().UTC(), Message: strings.TrimRight(line, "\r\n"),
		})
	}
	return len(p), nil
}

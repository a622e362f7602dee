package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// server is a process that serves the workspace.
type server struct {
	addr   string
	pid    int
	took   time.Duration // from its start to its first answer
	exited chan struct{}
	log    string // file with what it prints
	stop   func()
}

const (
	startLimit = 30 * time.Second
	stopLimit  = 10 * time.Second
)

// serve starts a server and waits until it answers. It ends with ctx, or by stop.
func (m *measurement) serve(ctx context.Context) (*server, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ordo-bench-")
	if err != nil {
		return nil, err
	}
	ctx, interrupt := context.WithCancel(ctx)
	s := &server{addr: addr, exited: make(chan struct{}), log: filepath.Join(dir, "log")}
	s.stop = func() {
		interrupt()
		<-s.exited
		os.RemoveAll(dir)
	}
	start := time.Now()
	if err := s.start(ctx, m.Serve(m.database.url, addr)); err != nil {
		close(s.exited)
		s.stop()
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		log, _ := os.ReadFile(s.log)
		s.stop()
		return nil, fmt.Errorf("the server %w:\n%s", err, log)
	}
	s.took = time.Since(start)
	return s, nil
}

// start runs the command line.
func (s *server) start(ctx context.Context, argv []string) error {
	log, err := os.Create(s.log)
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Stdout, c.Stderr = log, log
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = stopLimit
	if err := c.Start(); err != nil {
		return err
	}
	s.pid = c.Process.Pid
	go func() { c.Wait(); close(s.exited) }()
	return nil
}

// ready waits until the server answers.
func (s *server) ready(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, startLimit)
	defer stop()
	request := newTemplate(http.MethodGet, "/", s.addr, "").request(nil, "", nil)
	for {
		if c, err := dial(ctx, s.addr); err == nil {
			if _, _, err := c.do(request); err == nil {
				return c.conn.Close()
			}
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-s.exited:
			return errors.New("ended at once")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

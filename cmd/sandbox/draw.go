package main

import (
	"errors"
	"os"

	"fargate-privatelink/sandbox/deploy"
)

// draw writes the picture of a check to a file.
func (a *app) draw(s *deploy.Sandbox, found []deploy.Reach, file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := s.Draw(f, found); err != nil {
		return err
	}
	a.out.warn("drawn to %s", file)
	return nil
}

package main

import (
	"errors"
	"os"

	"fargate-privatelink/sandbox/deploy"
)

// draw writes the picture of a check to a file.
func (a *app) draw(s *deploy.Sandbox, found []deploy.Reach, file string) error {
	return a.toFile(file, func(f *os.File) error { return s.Draw(f, found) })
}

// toFile has a picture written to a file, and says so.
func (a *app) toFile(file string, write func(*os.File) error) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := write(f); err != nil {
		return err
	}
	a.out.warn("drawn to %s", file)
	return nil
}

package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Record is one thing that exists in the world: a resource that a program
// declared, or something that AWS made for it (a network interface, a task).
type Record struct {
	// Kind is a resource's type token ("aws:ec2/vpc:Vpc"), or one of the Kind
	// constants for what AWS makes by itself.
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Account string `json:"account"`
	Region  string `json:"region"`
	// Inputs are the checked inputs; empty for what AWS makes by itself.
	Inputs Props `json:"inputs,omitempty"`
	// Outputs are what the AWS provider shows.
	Outputs Props `json:"outputs,omitempty"`
	// Hidden is what AWS knows and the provider does not show.
	Hidden Props `json:"hidden,omitempty"`
	// Made is the create that it was, counted in the world; 0 for what AWS makes by
	// itself.
	Made uint64 `json:"made,omitempty"`
	// Restored is nil but for a resource that Restore has made.
	Restored *Restored `json:"restored,omitempty"`
}

func (r *Record) clone() *Record {
	c := *r
	c.Inputs, c.Outputs, c.Hidden = r.Inputs.Clone(), r.Outputs.Clone(), r.Hidden.Clone()
	return &c
}

func (r *Record) key() string { return r.Kind + "\x00" + r.ID + "\x00" + r.Account + "\x00" + r.Region }

var (
	recordsBucket = []byte("records")
	metaBucket    = []byte("meta")
	memoryKey     = []byte("memory")
)

// store keeps the records in one bbolt file. A commit is one bbolt transaction,
// synced to disk before it returns, so what was acknowledged survives a kill.
type store struct{ db *bbolt.DB }

// ErrInUse is returned for a world that another process has open.
var ErrInUse = errors.New("another process has it open")

// lockWait is how long a second process waits for the file.
var lockWait = 5 * time.Second

func openStore(path string) (*store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the sandbox's directory: %w", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open the sandbox's state %s: %w", path, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open the sandbox's state %s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{recordsBucket, metaBucket} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("prepare the sandbox's state %s: %w", path, err)
	}
	return &store{db}, nil
}

// load reads every record and what AWS remembers.
func (s *store) load() (records index, remembered memory, err error) {
	records = index{}
	err = s.db.View(func(tx *bbolt.Tx) error {
		if v := tx.Bucket(metaBucket).Get(memoryKey); v != nil {
			if err := json.Unmarshal(v, &remembered); err != nil {
				return err
			}
		}
		return tx.Bucket(recordsBucket).ForEach(func(k, v []byte) error {
			var r Record
			if err := json.Unmarshal(v, &r); err != nil {
				return fmt.Errorf("record %q: %w", k, err)
			}
			records.put(&r)
			return nil
		})
	})
	return records, remembered, err
}

// commit writes the changed records; nil means deleted.
func (s *store) commit(writes index, remembered memory) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(recordsBucket)
		for _, records := range writes {
			for k, r := range records {
				if err := write(b, k, r); err != nil {
					return err
				}
			}
		}
		v, err := json.Marshal(remembered)
		if err != nil {
			return err
		}
		return tx.Bucket(metaBucket).Put(memoryKey, v)
	})
}

func write(b *bbolt.Bucket, key string, r *Record) error {
	if r == nil {
		return b.Delete([]byte(key))
	}
	v, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", r.Kind, r.ID, err)
	}
	return b.Put([]byte(key), v)
}

func (s *store) close() error { return s.db.Close() }

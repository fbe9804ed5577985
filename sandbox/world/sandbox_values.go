package world

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// keepsakesBucket holds what the sandbox, and not AWS, has to remember.
var keepsakesBucket = []byte("keepsakes")

// Keep stores a value of the sandbox's own beside the world. Nil removes it.
func (w *World) Keep(key string, value []byte) error {
	return w.store.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(keepsakesBucket)
		if err != nil {
			return err
		}
		if value == nil {
			return b.Delete([]byte(key))
		}
		return b.Put([]byte(key), value)
	})
}

// Kept returns a value that Keep has stored, or nil.
func (w *World) Kept(key string) (value []byte, err error) {
	err = w.store.db.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(keepsakesBucket); b != nil {
			value = bytes.Clone(b.Get([]byte(key)))
		}
		return nil
	})
	return value, err
}

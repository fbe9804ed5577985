package world

import "strings"

// importIDs are how the provider's import names a resource where that is not its id, by
// type; see each type's page in the provider's documentation, under Import.
var importIDs = map[string]func(r *Record) string{
	TokenCluster: func(r *Record) string { return r.Outputs.Str("name") },
	TokenService: func(r *Record) string {
		_, rest, _ := strings.Cut(r.ID, ":service/")
		return rest
	},
	TokenTaskDefinition: func(r *Record) string { return r.Outputs.Str("arn") },
}

// notImported are the types that the provider can't import.
var notImported = map[string]bool{
	TokenAllowedPrincipal: true, TokenCertificateValidation: true, TokenPrivateNameVerification: true,
}

// ImportID is what an import names a record by; "" where its type can't be imported.
func ImportID(r *Record) string {
	t := types[r.Kind]
	switch f := importIDs[r.Kind]; {
	case t == nil || notImported[r.Kind]:
		return ""
	case f != nil:
		return f(r)
	}
	return t.shownID(r)
}

// Imported returns the id under which the provider shows what an import names, or the
// name itself.
func (s *Session) Imported(token, name string) (id string) {
	id = name
	t := types[token]
	if t == nil || importIDs[token] == nil {
		return id
	}
	_ = s.World.View(func(tx *Tx) error {
		for _, r := range tx.In(token, s.Caller.Account, t.region(s.Caller)) {
			if importIDs[token](r) == name {
				id = t.shownID(r)
			}
		}
		return nil
	})
	return id
}

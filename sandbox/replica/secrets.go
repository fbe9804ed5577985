package replica

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// decrypt turns the state's secrets into ones that are marked as secret and not encrypted.
func (e *Export) decrypt() error {
	find := finder{}
	for _, r := range e.deployment.Resources {
		find.in(r.Inputs)
		find.in(r.Outputs)
	}
	if find.encrypted == 0 {
		return nil
	}
	crypter, err := e.crypter()
	if err != nil {
		return err
	}
	for i, r := range e.deployment.Resources {
		for _, props := range []map[string]any{r.Inputs, r.Outputs} {
			for k, v := range props {
				if props[k], err = opened(crypter, v); err != nil {
					return fmt.Errorf("a secret of %s can't be decrypted: %w", e.deployment.Resources[i].URN, err)
				}
			}
		}
	}
	return nil
}

// finder counts the secrets that are encrypted.
type finder struct{ encrypted int }

func (f *finder) in(v any) {
	switch v := v.(type) {
	case map[string]any:
		if isSecret(v) && v["ciphertext"] != nil {
			f.encrypted++
		}
		for _, e := range v {
			f.in(e)
		}
	case []any:
		for _, e := range v {
			f.in(e)
		}
	}
}

func isSecret(v map[string]any) bool { return v[resource.SigKey] == resource.SecretSig }

// crypter decrypts what the state's secrets provider has encrypted.
func (e *Export) crypter() (config.Crypter, error) {
	p := e.deployment.SecretsProviders
	if p == nil || p.Type != "passphrase" {
		kind := "none that it names"
		if p != nil {
			kind = p.Type + " " + where(p.State)
		}
		return nil, fmt.Errorf("its secrets are encrypted by a provider that isn't here, %s: export it with pulumi stack export --show-secrets", strings.TrimSpace(kind))
	}
	var state struct {
		Salt string `json:"salt"`
	}
	if err := json.Unmarshal(p.State, &state); err != nil {
		return nil, fmt.Errorf("the state of its secrets provider can't be read: %w", err)
	}
	phrase, said, err := passphrase()
	if err != nil {
		return nil, err
	}
	parts := strings.SplitN(state.Salt, ":", 3)
	if len(parts) != 3 || parts[0] != "v1" {
		return nil, fmt.Errorf("the salt of its secrets is %q; it must be v1:<salt>:<check>", state.Salt)
	}
	salt, err := base64.StdEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, fmt.Errorf("the salt of its secrets can't be read: %w", err)
	}
	// Without a passphrase it is none, as a sandbox's own stacks have it.
	crypter := config.NewSymmetricCrypterFromPassphrase(phrase, salt)
	text, err := crypter.DecryptValue(context.Background(), parts[2])
	switch fits := err == nil && text == "pulumi"; {
	case fits:
		return crypter, nil
	case !said:
		return nil, errors.New("its secrets are encrypted with a passphrase: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stack's, or export it with pulumi stack export --show-secrets")
	}
	return nil, errors.New("its secrets are encrypted with another passphrase than the one in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE")
}

// where is the part of a secrets provider's state that says whose it is.
func where(state json.RawMessage) string {
	var s struct{ URL, Owner, Project string }
	_ = json.Unmarshal(state, &s)
	if s.URL != "" {
		return s.URL
	}
	return strings.Trim(s.Owner+"/"+s.Project, "/")
}

func passphrase() (phrase string, ok bool, err error) {
	if phrase, ok = os.LookupEnv("PULUMI_CONFIG_PASSPHRASE"); ok {
		return phrase, true, nil
	}
	file, ok := os.LookupEnv("PULUMI_CONFIG_PASSPHRASE_FILE")
	if !ok || file == "" {
		return "", false, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", false, fmt.Errorf("read PULUMI_CONFIG_PASSPHRASE_FILE: %w", err)
	}
	return strings.TrimSpace(string(b)), true, nil
}

// opened is a value with its secrets decrypted.
func opened(crypter config.Decrypter, v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		if text, ok := v["ciphertext"].(string); ok && isSecret(v) {
			plain, err := crypter.DecryptValue(context.Background(), text)
			if err != nil {
				return nil, err
			}
			return map[string]any{resource.SigKey: resource.SecretSig, "plaintext": plain}, nil
		}
		for k, e := range v {
			var err error
			if v[k], err = opened(crypter, e); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, e := range v {
			var err error
			if v[i], err = opened(crypter, e); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// plain is a value as AWS has it: without the marks of secrets, outputs and assets.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if isSecret(v) {
			if text, ok := v["plaintext"].(string); ok {
				var out any
				if json.Unmarshal([]byte(text), &out) == nil {
					return plain(out)
				}
				return text
			}
			return plain(v["value"])
		}
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	}
	return v
}

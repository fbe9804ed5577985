package deploy

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keyed is the CLI with a key server for the stacks' secrets. Users' sandboxes have a
// passphrase, from which Pulumi derives a key by a million rounds of PBKDF2, in each operation
// and once more for each stack reference: half of what an operation of these tests took.
// TestBothSides, and what tests the command, have the passphrase.
type keyed struct{ auto.PulumiCommand }

// keyedCLI is that, for a test that -short skips.
func keyedCLI(t *testing.T) auto.PulumiCommand {
	t.Helper()
	cli := testCLI(t)
	serveKeys()
	return keyed{cli}
}

func (c keyed) Run(
	ctx context.Context, dir string, in io.Reader, out, errOut []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	if len(args) > 1 && args[0] == "stack" && args[1] == "init" {
		args = append(args, "--secrets-provider", "hashivault://test")
	}
	return c.PulumiCommand.Run(ctx, dir, in, out, errOut, env, args...)
}

// serveKeys is what the CLI asks HashiCorp Vault's transit engine for: to encrypt and to decrypt
// a stack's data key. Here it stays as it is.
var serveKeys = sync.OnceFunc(func() {
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var key struct {
			Plaintext  string `json:"plaintext,omitempty"`
			Ciphertext string `json:"ciphertext,omitempty"`
		}
		if err := json.NewDecoder(r.Body).Decode(&key); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		key.Plaintext, key.Ciphertext = key.Ciphertext, key.Plaintext
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"data": key})
	}))
	for name, value := range map[string]string{"VAULT_SERVER_URL": keys.URL, "VAULT_SERVER_TOKEN": "test"} {
		_ = os.Setenv(name, value)
	}
})

// TestKeyed: the stacks of these tests do have the key server's key, and not a passphrase.
func TestKeyed(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile("    service: {waitForSteadyState: false}\n")})
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.NoError(t, err)
	file, err := os.ReadFile(s.path("project/Pulumi.provider.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(file), "secretsprovider: hashivault://test")
}

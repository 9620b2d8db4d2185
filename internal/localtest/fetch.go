package localtest

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// npmPackage is a package that contains a folder which tests need.
type npmPackage struct {
	name, version string
	checksum      string // SHA-256 of the archive
	inside        string // the folder in the archive
	folder        string // its name in the cache
}

// dynamoDBLocal is the package that contains DynamoDB Local.
var dynamoDBLocal = npmPackage{
	name: "amplify-dynamodb-simulator", version: "2.9.30", checksum: "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9",
	inside: "package/emulator/", folder: "dynamodb-local-2.9.30",
}

// fetch returns the folder, and downloads the package first if it is not there. Several
// test programs may call it at the same time.
func (p *npmPackage) fetch() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cache := filepath.Join(root, ".cache")
	folder := filepath.Join(cache, p.folder)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(folder + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return folder, err
	}
	scratch, err := os.MkdirTemp(cache, "fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	if err := p.download(scratch); err != nil {
		return "", fmt.Errorf("fetch %s: %w", p.name, err)
	}
	return folder, os.Rename(filepath.Join(scratch, filepath.FromSlash(p.inside)), folder)
}

func moduleRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.mod above the working folder")
		}
		folder = parent
	}
}

// download fetches the package, verifies it and unpacks it.
func (p *npmPackage) download(folder string) error {
	command := exec.Command("npm", "pack", p.name+"@"+p.version, "--silent")
	command.Dir = folder
	var problems strings.Builder
	command.Stderr = &problems
	if err := command.Run(); err != nil {
		return fmt.Errorf("npm pack: %w: %s", err, problems.String())
	}
	path := filepath.Join(folder, p.name+"-"+p.version+".tgz")
	if err := verify(path, p.checksum); err != nil {
		return err
	}
	return unpack(path, folder)
}

func verify(path, checksum string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != checksum {
		return fmt.Errorf("its SHA-256 is %s, not %s", got, checksum)
	}
	return nil
}

// unpack writes the regular files of a .tgz below folder.
func unpack(path, folder string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg || !filepath.IsLocal(header.Name) {
			continue
		}
		if err := write(filepath.Join(folder, header.Name), archive); err != nil {
			return err
		}
	}
}

func write(path string, from io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}

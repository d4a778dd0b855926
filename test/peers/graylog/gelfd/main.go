// gelfd receives GELF and prints one JSON line for each message, decoded by Graylog's own Go library.
//
//	gelfd [-udp ADDRESS] [-tcp ADDRESS] [-tls ADDRESS -cert FILE -key FILE [-clientca FILE]]
//
// The first line tells the addresses in use: {"tcp":"127.0.0.1:41000"}. The library keeps its TCP reader to itself,
// so frames of TCP and TLS are split here, at NUL; everything else is its work: UDP, chunks, decompression, JSON.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"sync"

	"github.com/Graylog2/go-gelf/gelf"
)

var out = bufio.NewWriter(os.Stdout)
var mutex sync.Mutex

func tell(value interface{}, flush bool) {
	text, err := json.Marshal(value)
	must(err)
	mutex.Lock()
	defer mutex.Unlock()
	out.Write(append(text, '\n'))
	if flush {
		out.Flush()
	}
}

func tellMessage(via string, message *gelf.Message, err error, flush bool) {
	if err != nil {
		tell(map[string]interface{}{"via": via, "error": err.Error()}, true)
		return
	}
	tell(map[string]interface{}{
		"via": via, "version": message.Version, "host": message.Host, "short": message.Short, "full": message.Full,
		"level": message.Level, "timestamp": message.TimeUnix, "extra": message.Extra,
	}, flush)
}

func serve(listener net.Listener, via string) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go read(connection, via)
	}
}

func read(connection net.Conn, via string) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 1<<16)
	for {
		frame, err := reader.ReadBytes(0)
		if size := len(frame); size > 0 && frame[size-1] == 0 {
			message := new(gelf.Message)
			tellMessage(via, message, json.Unmarshal(frame[:size-1], message), reader.Buffered() == 0)
		} else if size > 0 {
			tellMessage(via, nil, fmt.Errorf("torn frame of %d bytes", size), true)
		}
		if err != nil {
			mutex.Lock()
			out.Flush()
			mutex.Unlock()
			return
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gelfd:", err)
		os.Exit(1)
	}
}

func secure(cert, key, clientCA string) *tls.Config {
	pair, err := tls.LoadX509KeyPair(cert, key)
	must(err)
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	if clientCA != "" {
		pem, err := os.ReadFile(clientCA)
		must(err)
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

func main() {
	udpAddress := flag.String("udp", "", "UDP address")
	tcpAddress := flag.String("tcp", "", "TCP address")
	tlsAddress := flag.String("tls", "", "TLS address")
	cert := flag.String("cert", "", "certificate for -tls")
	key := flag.String("key", "", "key of -cert")
	clientCA := flag.String("clientca", "", "authority that clients need a certificate of")
	flag.Parse()

	ready := map[string]string{}
	if *tcpAddress != "" {
		listener, err := net.Listen("tcp", *tcpAddress)
		must(err)
		ready["tcp"] = listener.Addr().String()
		go serve(listener, "tcp")
	}
	if *tlsAddress != "" {
		listener, err := tls.Listen("tcp", *tlsAddress, secure(*cert, *key, *clientCA))
		must(err)
		ready["tls"] = listener.Addr().String()
		go serve(listener, "tls")
	}
	if *udpAddress == "" {
		tell(ready, true)
		select {}
	}
	udp, err := gelf.NewReader(*udpAddress)
	must(err)
	ready["udp"] = udp.Addr()
	tell(ready, true)
	for {
		message, err := udp.ReadMessage()
		tellMessage("udp", message, err, true)
	}
}

package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.http2.peer.ConnectProxy;
import dev.notifykit.http2.peer.Peer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class Http2ProxyTest {

    @Test
    void requestsGoThroughIt() throws IOException {
        try (Peer peer = Peer.start(Peer.Script.ok());
                ConnectProxy proxy = ConnectProxy.answering("200 OK");
                Sender sender = new Sender(
                        peer, builder -> builder.proxy(new Http2Proxy("localhost", proxy.port(), "anna", "secret")))) {
            sender.send("m", 10);
            sender.awaitAll(10);

            assertThat(sender.responses()).isEqualTo(10);
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT localhost:" + peer.port() + " ")
                    .containsIgnoringCase("proxy-authorization: Basic YW5uYTpzZWNyZXQ=");
        }
    }

    @Test
    void aProxyThatRefusesIsAnOutage() throws IOException {
        try (Peer peer = Peer.start(Peer.Script.ok());
                ConnectProxy proxy = ConnectProxy.answering("407 Proxy Authentication Required");
                Sender sender = new Sender(
                        peer, builder -> builder.proxy(new Http2Proxy("localhost", proxy.port(), null, null)))) {
            sender.send("a", "");
            sender.until(() -> !sender.outages().isEmpty(), "the outage");

            assertThat(sender.outages().get(0))
                    .isIn("no connection: HttpProxyConnectException", "the server ended the connection");
            assertThat(peer.opened()).isZero();
        }
    }

    @Test
    void aProxyThatIsNotThere() throws IOException {
        int nobody;
        try (ConnectProxy proxy = ConnectProxy.answering("200 OK")) {
            nobody = proxy.port();
        }
        try (Peer peer = Peer.start(Peer.Script.ok());
                Sender sender =
                        new Sender(peer, builder -> builder.proxy(new Http2Proxy("localhost", nobody, null, null)))) {
            sender.send("a", "");
            sender.until(() -> !sender.outages().isEmpty(), "the outage");
            assertThat(sender.ended()).isZero();
        }
    }

    @Test
    void wrongValues() {
        assertThatThrownBy(() -> new Http2Proxy("p", 0, null, null)).hasMessageContaining("port");
        assertThatThrownBy(() -> new Http2Proxy("p", 1, "anna", null)).hasMessageContaining("password");
        assertThat(new Http2Proxy("p", 1, "anna", "secret")).hasToString("Http2Proxy[p:1]");
    }
}

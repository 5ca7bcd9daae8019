package dev.notifykit.http2.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that knows CONNECT only, and leads wherever it is asked to. */
public final class ConnectProxy implements AutoCloseable {

    private final ServerSocket server;
    private final String status;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private ConnectProxy(String status) throws IOException {
        this.status = status;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run("proxy-accept", () -> {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                run("proxy-client", () -> serve(client));
            }
        });
    }

    /** One that answers with this status, and goes on if that is 200. */
    public static ConnectProxy answering(String status) throws IOException {
        return new ConnectProxy(status);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What it was asked: the request lines and headers. */
    public List<String> heads() {
        return heads;
    }

    private void serve(Socket client) throws IOException {
        String head = head(client.getInputStream());
        heads.add(head);
        client.getOutputStream().write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        if (!status.startsWith("200")) {
            client.close();
            return;
        }
        String port = head.substring(head.indexOf(':') + 1, head.indexOf(" HTTP"));
        Socket target = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        sockets.add(target);
        run("proxy-back", () -> copy(target, client));
        copy(client, target);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no whole request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // Its sockets are, and that is what a proxy's clients notice.
                        return;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

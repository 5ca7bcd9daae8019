package dev.notifykit.testkit.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers each line with {@code echo:<line>}, {@code big <n>} with n bytes, {@code abort} with a reset; says {@code bye} when the client
 * has ended its side.
 */
final class LineServer implements AutoCloseable {
    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();

    LineServer() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    FaultProxy.Builder proxy() {
        return FaultProxy.to("localhost", port());
    }

    int port() {
        return listening.getLocalPort();
    }

    /** What arrived, over all connections. */
    List<String> lines() {
        return lines;
    }

    int connections() {
        return sockets.size();
    }

    /** How connections ended, seen from here: "end" or "reset". */
    List<String> ends() {
        return ends;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket socket = listening.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (SocketException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
                if (line.equals("abort")) {
                    socket.setSoLinger(true, 0);
                    return;
                }
                out.write(answer(line).getBytes(StandardCharsets.UTF_8));
            }
            ends.add("end");
            out.write("bye\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            ends.add("reset");
        }
    }

    private static String answer(String line) {
        return line.startsWith("big ")
                ? "x".repeat(Integer.parseInt(line.substring(4)) - 1) + "\n"
                : "echo:" + line + "\n";
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "line-server");
        thread.setDaemon(true);
        thread.start();
    }
}

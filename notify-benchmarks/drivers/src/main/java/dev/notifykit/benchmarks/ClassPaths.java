package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.firebase.FirebaseAdmin;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the measured JVMs find their classes in. */
final class ClassPaths {

    private ClassPaths() {}

    /** This JVM's, whoever has put it together: {@code exec:java} keeps it in a class loader of its own. */
    static String own() {
        Set<String> entries = new LinkedHashSet<>();
        for (ClassLoader loader = ClassPaths.class.getClassLoader(); loader != null; loader = loader.getParent()) {
            if (loader instanceof URLClassLoader urls) {
                for (URL url : urls.getURLs()) {
                    entries.add(file(url));
                }
            }
        }
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            entries.add(entry);
        }
        entries.remove("");
        return String.join(File.pathSeparator, entries);
    }

    /** That of firebase-admin, which its module wrote down when it was built. Of our classes only the peer is in it. */
    static String firebaseAdmin() {
        String classes =
                file(FirebaseAdmin.class.getProtectionDomain().getCodeSource().getLocation());
        Path list = Path.of(classes).resolveSibling("class-path");
        try {
            return classes + File.pathSeparator + Files.readString(list).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("firebase-admin's class path is not there; build with -am", e);
        }
    }

    private static String file(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path entry is no file: " + url, e);
        }
    }
}

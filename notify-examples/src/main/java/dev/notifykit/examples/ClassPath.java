package dev.notifykit.examples;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The class path of this program, for a second JVM. */
final class ClassPath {

    private ClassPath() {}

    /** Where it is depends on who loaded us: exec:java keeps it in its own loader, plain {@code java} in a property. */
    static String current() {
        if (!(ClassPath.class.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path");
        }
        List<String> entries = new ArrayList<>();
        for (URL url : loader.getURLs()) {
            try {
                entries.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("a class path entry is no file: " + url, e);
            }
        }
        return String.join(File.pathSeparator, entries);
    }
}

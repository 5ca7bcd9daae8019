package dev.notifykit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** Holds that a codec forgets no field of a value, also none that is added later. */
public final class Fields {

    private Fields() {}

    /**
     * Every field of the full value differs from that of the bare one, and comes back.
     *
     * @param full has every field set; whoever adds a field to the class sets it here
     * @param bare has no field set that need not be
     * @param unpacked what became of the full value in a store
     */
    public static void allComeBack(Object full, Object bare, Object unpacked) throws ReflectiveOperationException {
        for (Field field : full.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                String name = full.getClass().getSimpleName() + "." + field.getName();
                assertThat(field.get(full))
                        .as("the full sample sets " + name)
                        .isNotNull()
                        .isNotEqualTo(field.get(bare));
                assertThat(field.get(unpacked)).as(name + " is packed").isEqualTo(field.get(full));
            }
        }
        assertThat(unpacked).isEqualTo(full).isNotEqualTo(bare);
    }

    /** A value with one more field at its end, as a newer build might have written it. */
    public static byte[] newer(byte[] bytes) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 4);
        longer[bytes.length] = PackWriter.MAX_TAG;
        longer[bytes.length + 1] = 2;
        longer[bytes.length + 2] = 'n';
        longer[bytes.length + 3] = 'k';
        return longer;
    }

    /** What is kept of such a field. */
    public static KeptFields newerField() {
        PackFormat format = new PackFormat("newer record", 'N', 1, 100);
        return format.unpack(newer(format.pack(out -> {})), in -> in.fields((tag, field) -> false));
    }
}

package tekton.budget.bench.scale;

import tekton.budget.bench.crash.ProductCluster;
import tekton.budget.bench.product.ProcessCpu;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes have used.
 *
 * @param instanceCpu processor seconds of all instances so far
 * @param brokerCpu those of the broker
 * @param instanceMemory resident bytes of all instances now
 */
record Usage(double instanceCpu, double brokerCpu, long instanceMemory) {

    static Usage of(ProductCluster cluster) throws IOException {
        double cpu = 0;
        long memory = 0;
        for (int i = 0; i < cluster.count(); i++) {
            long pid = cluster.instance(i).pid();
            cpu += ProcessCpu.seconds(pid);
            memory += residentBytes(pid);
        }
        return new Usage(cpu, ProcessCpu.seconds(cluster.brokerPid()), memory);
    }

    /**
     * Of all files below a directory whose names end so, as they are long; those that vanish
     * meanwhile left out.
     */
    static long bytesIn(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(file -> file.isFile() && file.getName().endsWith(suffix))
                    .mapToLong(File::length)
                    .sum();
        }
    }

    /** Deletes what is in a directory, but a file of that name at its top. */
    static void deleteAllBut(Path directory, String kept) throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.walk(directory)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            if (!path.equals(directory) && !path.equals(directory.resolve(kept))) {
                Files.delete(path);
            }
        }
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }
}

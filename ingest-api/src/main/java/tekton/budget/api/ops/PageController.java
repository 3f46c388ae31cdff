package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

import tekton.budget.api.http.AcceptHeader;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * {@code /}: the page for a browser, and who answers here for everybody else. The files of the page
 * hold no data and are open to all; the page asks the API with the key of its reader.
 */
@Controller
public final class PageController {

    private static final String HTML = "text/html;charset=UTF-8";

    /** Nothing but files of this service, no style or script in the page itself. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    /** So are the files of the page named: flat, and by what they are. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*\\.(js|css|svg)");

    private static final Map<String, String> MEDIA_TYPES =
            Map.of(
                    "js", "text/javascript;charset=UTF-8",
                    "css", "text/css;charset=UTF-8",
                    "svg", "image/svg+xml");

    private final ServiceIdentity service;
    private final Map<String, String> libraries;

    /** What has been asked for once; nothing comes in that is not on the class path. */
    private final Map<String, Document> files = new ConcurrentHashMap<>();

    private volatile @Nullable Document page;

    /**
     * The endpoints.
     *
     * @param libraries where on the class path the files are that are not the page's own, by name
     */
    public PageController(ServiceIdentity service, Map<String, String> libraries) {
        this.service = service;
        this.libraries = Map.copyOf(libraries);
    }

    /** The page, or who answers here. */
    @GetMapping("/")
    public void root(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.addHeader("Vary", "Accept");
        if (!AcceptHeader.prefersToJson("text/html", request.getHeader("Accept"))) {
            identity(response);
            return;
        }
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        page().serve(request, response);
    }

    /** Who answers here. */
    @GetMapping({"/api", "/api/v1"})
    public void identity(HttpServletResponse response) throws IOException {
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new JsonBytes(256)
                        .open('{')
                        .property("component", ServiceIdentity.COMPONENT)
                        .property("description", ServiceIdentity.DESCRIPTION)
                        .property("version", service.version())
                        .property("status", "active")
                        .close('}'));
    }

    /** What the page is made of. */
    @GetMapping("/page/{file}")
    public void file(
            @PathVariable("file") String name,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Document file = files.get(name);
        if (file == null) {
            file =
                    find(name)
                            .orElseThrow(
                                    () ->
                                            new ProblemException(
                                                    Problem.of(
                                                            ProblemType.PATH_NOT_FOUND,
                                                            request.getRequestURI()
                                                                    + " not found")));
            files.put(name, file);
        }
        file.serve(request, response);
    }

    private Optional<Document> find(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        String mediaType = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        String resource = libraries.getOrDefault(name, "/page/" + name);
        return mediaType == null ? Optional.empty() : Document.find(resource, mediaType);
    }

    private Document page() {
        Document known = page;
        if (known == null) {
            known = new Document("/page/index.html", HTML);
            page = known;
        }
        return known;
    }
}

package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;

import java.io.IOException;
import java.util.Map;

/**
 * {@code /api/openapi.json}, {@code /api/asyncapi.json} and the page {@code /docs}. Everything on
 * the page comes from here: it works without a network, and tells nobody that it is read.
 */
@Controller
public final class DocsController {

    private static final String JSON = "application/json";
    private static final String SCRIPT = "text/javascript;charset=UTF-8";

    /** Swagger UI sets styles on elements; everything else is a file of this service. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data:; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'";

    private final Document openApi = new Document("/api/openapi.json", JSON);
    private final Document asyncApi = new Document("/api/asyncapi.json", JSON);
    private final Document page = new Document("/docs/index.html", "text/html;charset=UTF-8");
    private final Map<String, Document> files;

    /**
     * The endpoints.
     *
     * @param swaggerUi the version of the WebJar, which is a part of its paths
     */
    public DocsController(String swaggerUi) {
        String jar = "/META-INF/resources/webjars/swagger-ui/" + swaggerUi + '/';
        files =
                Map.of(
                        "page.js",
                        new Document("/docs/page.js", SCRIPT),
                        "swagger-ui-bundle.js",
                        new Document(jar + "swagger-ui-bundle.js", SCRIPT),
                        "swagger-ui.css",
                        new Document(jar + "swagger-ui.css", "text/css;charset=UTF-8"),
                        "favicon-32x32.png",
                        new Document(jar + "favicon-32x32.png", "image/png"));
    }

    /** What can be asked over HTTP. */
    @GetMapping({"/api/openapi.json", "/api/v1/openapi.json"})
    public void openApi(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        openApi.serve(request, response);
    }

    /** What can be read from and written to topics. */
    @GetMapping({"/api/asyncapi.json", "/api/v1/asyncapi.json"})
    public void asyncApi(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        asyncApi.serve(request, response);
    }

    /** The page. */
    @GetMapping("/docs")
    public void page(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        page.serve(request, response);
    }

    /** What the page is made of. */
    @GetMapping("/docs/{file}")
    public void file(
            @PathVariable("file") String name,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Document file = files.get(name);
        if (file == null) {
            throw new ProblemException(
                    Problem.of(ProblemType.PATH_NOT_FOUND, request.getRequestURI() + " not found"));
        }
        file.serve(request, response);
    }

    /** Where others look for the page. */
    @GetMapping({"/api/docs", "/api/v1/docs", "/api/redoc", "/api/v1/redoc"})
    public void elsewhere(HttpServletResponse response) throws IOException {
        response.sendRedirect("/docs");
    }
}

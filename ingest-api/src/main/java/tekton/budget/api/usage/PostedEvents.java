package tekton.budget.api.usage;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;

/** One path, two directions: a GET streams events of Budget's, a POST brings CloudEvents. */
public final class PostedEvents extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient HttpServlet posted;
    private final transient HttpServlet streamed;

    public PostedEvents(HttpServlet posted, HttpServlet streamed) {
        this.posted = posted;
        this.streamed = streamed;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        (request.getMethod().equals("POST") ? posted : streamed).service(request, response);
    }
}

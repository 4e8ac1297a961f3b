/** Pages without live data: filters that reload a part of the page, and nothing else. */

import "htmx.org";

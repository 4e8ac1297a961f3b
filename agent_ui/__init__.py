"""The browser's side of the house: pages and API over HTTP, and live screens over a websocket.

`agent_ui` shows what routing decided and what crm_core keeps, and turns clicks into facts. It
decides nothing about calls, writes no routing state, and knows neither Asterisk nor settings.
"""

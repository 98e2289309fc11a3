import './page.css';

export const metadata = {
  title: 'Next.js in Portolan',
  description: 'A page that is rendered by a server in your browser.',
};

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
